package cloud.zansoc.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.ComputeSettings;
import cloud.zansoc.compute.hub.ComputeStore;
import cloud.zansoc.compute.hub.DeploymentKeeper;
import cloud.zansoc.compute.hub.Deployments;
import cloud.zansoc.compute.hub.Endpoints;
import cloud.zansoc.compute.hub.HealthProbes;
import cloud.zansoc.compute.hub.HostWatch;
import cloud.zansoc.compute.hub.IndexedMatcher;
import cloud.zansoc.compute.hub.InstanceVolumes;
import cloud.zansoc.compute.hub.LeasePayments;
import cloud.zansoc.compute.hub.LeaseUpkeep;
import cloud.zansoc.compute.hub.OfferCheck;
import cloud.zansoc.compute.hub.PrivateNetworks;
import cloud.zansoc.compute.hub.UsageSeal;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.hub.registry.Hosts;
import cloud.zansoc.ledger.CoinPrice;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.Orders;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the hub does of computing: keeps deployments, and hears from their hosts. Thread-safe. */
final class HubComputing implements HostLinks.Attendant, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HubComputing.class);

  private final Hosts hosts;
  private final ComputeStore store;
  private final DeploymentKeeper keeper;
  private final Deployments deployments;
  private final HealthProbes probes;
  private final Optional<LeaseUpkeep> upkeep;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * The money of leases.
   *
   * @param payments none where the hub has no ledger; {@code offers} likewise
   * @param coinPrice none where nobody pays, or there is no price now
   */
  record Money(
      Optional<LeasePayments> payments,
      Optional<OfferCheck> offers,
      Supplier<Optional<CoinPrice>> coinPrice) {}

  /** What instances need besides a host. */
  record Surroundings(
      PrivateNetworks networks, InstanceVolumes volumes, Endpoints endpoints, UsageSeal seal) {}

  /** Puts the parts together; {@link #tick} drives them. */
  HubComputing(
      Hosts hosts,
      HostLinks links,
      ComputeStore store,
      Money money,
      Surroundings surroundings,
      ComputeSettings settings,
      Clock clock) {
    this.hosts = hosts;
    this.store = store;
    DeploymentKeeper.Parts parts =
        new DeploymentKeeper.Parts(
            new HostWatch(new ComputeRegistry(hosts), settings, clock),
            (host, name, body, timeout) -> order(links, host, name, body, timeout),
            new IndexedMatcher(),
            money.payments(),
            money.offers(),
            Optional.of(surroundings.networks()),
            surroundings.volumes(),
            surroundings.endpoints(),
            surroundings.seal());
    SecureRandom random = new SecureRandom();
    this.keeper =
        new DeploymentKeeper(
            store, parts, settings, new DeploymentKeeper.Surroundings(clock, random, executor));
    this.deployments =
        new Deployments(
            store,
            keeper,
            new Deployments.Surroundings(
                parts,
                (spec, match) ->
                    DeploymentPlans.of(spec, match, money.coinPrice().get(), settings.runway()),
                random),
            clock);
    this.upkeep = money.payments().map(payments -> new LeaseUpkeep(store, payments, clock));
    this.probes = new HealthProbes(store, parts.watch(), links, keeper);
    links.attendedBy(this, settings.grace());
  }

  /** What clients ask for. */
  Deployments deployments() {
    return deployments;
  }

  /** Whether a host still has something of a deployment. */
  boolean isBusy(PeerId host) {
    return !store.deploymentsOn(host).isEmpty();
  }

  /** Does what has become due; to be called about once a second. */
  void tick() {
    keeper.tick();
  }

  /**
   * Pays what is due to hosts and clients, and looks whom to warn; to be called about once a
   * minute.
   */
  void pay() {
    deployments.look();
    upkeep.ifPresent(LeaseUpkeep::tick);
  }

  /** Tries what hosts say of their instances; to be called about every half minute. */
  void probe() {
    probes.tick();
  }

  /** Payments have got further. */
  void paid() {
    keeper.paid();
  }

  /** A host shall do something else. */
  void changed(PeerId host) {
    keeper.changed(host);
  }

  @Override
  public void attend(PeerId host) {
    boolean lends =
        hosts.record(host).flatMap(HostRecord::status).flatMap(HostStatus::compute).isPresent();
    if (!lends) {
      return;
    }
    try {
      keeper.attend(host);
    } catch (ZansocException e) {
      LOG.info("host {} did not tell of its instances: {}", host.shortText(), e.getMessage());
    }
  }

  @Override
  public void disconnected(PeerId host) {
    if (!executor.isShutdown()) { // Else it is this hub that goes.
      keeper.disconnected(host);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  /** After an order for an instance its host has news soon. */
  private static byte[] order(
      HostLinks links, PeerId host, String name, byte[] body, Duration timeout) {
    byte[] answer = links.order(host, name, body, timeout);
    if (name.equals(Orders.INSTANCE)) {
      links.attendClosely(host);
    }
    return answer;
  }
}
