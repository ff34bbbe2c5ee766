package cloud.zansoc.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.PortStart;
import cloud.zansoc.compute.hub.InstanceStreams;
import cloud.zansoc.compute.hub.UsageSeal;
import cloud.zansoc.compute.hub.Volumes;
import cloud.zansoc.compute.network.Programs;
import cloud.zansoc.hub.api.Api;
import cloud.zansoc.hub.api.Guests;
import cloud.zansoc.hub.api.LedgerRoutes;
import cloud.zansoc.hub.endpoint.HubEndpoints;
import cloud.zansoc.hub.registry.Enrolment;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.hub.registry.Hosts;
import cloud.zansoc.hub.registry.Invitations;
import cloud.zansoc.hub.registry.Member;
import cloud.zansoc.hub.registry.Members;
import cloud.zansoc.hub.registry.RegistryStore;
import cloud.zansoc.hub.registry.SshAccess;
import cloud.zansoc.hub.registry.Tenant;
import cloud.zansoc.hub.ssh.SshGateway;
import cloud.zansoc.hub.store.Database;
import cloud.zansoc.hub.store.SqlBooksStore;
import cloud.zansoc.hub.store.SqlCatalogue;
import cloud.zansoc.hub.store.SqlComputeStore;
import cloud.zansoc.hub.store.SqlEndpointStore;
import cloud.zansoc.hub.store.SqlKeyStore;
import cloud.zansoc.hub.store.SqlNetworkStore;
import cloud.zansoc.hub.store.SqlOutboxStore;
import cloud.zansoc.hub.store.SqlRegistryStore;
import cloud.zansoc.hub.store.SqlRepairStore;
import cloud.zansoc.ledger.AveragePrice;
import cloud.zansoc.ledger.CoinPrice;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.books.BooksStore;
import cloud.zansoc.ledger.evm.EvmBooks;
import cloud.zansoc.ledger.evm.EvmChain;
import cloud.zansoc.ledger.evm.EvmExchange;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.FolderWallet;
import cloud.zansoc.ledger.evm.Keyring;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.control.ControlServer;
import cloud.zansoc.net.endpoint.BackendDialer;
import cloud.zansoc.net.endpoint.EndpointServer;
import cloud.zansoc.net.http.HttpServer;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.HubView;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.SshView;
import cloud.zansoc.storage.hub.PermitIssuer;
import cloud.zansoc.storage.hub.Placement;
import cloud.zansoc.storage.hub.RepairDispatcher;
import cloud.zansoc.storage.hub.RepairPlanner;
import cloud.zansoc.storage.hub.StorageHost;
import cloud.zansoc.storage.hub.StorageLoop;
import cloud.zansoc.storage.hub.StorageUpkeep;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running hub: reads a configuration and composes everything. {@link #close} ends it in the
 * reverse order; what it acknowledged is durable at any moment, so that killing it is safe too.
 */
public final class Hub implements AutoCloseable {
  /** The file of the hub's own identity, in its data folder. */
  public static final String IDENTITY = "hub.identity";

  /** The file of the operator's identity that a hub makes at its first start. */
  public static final String OPERATOR_IDENTITY = "operator.identity";

  /** This program's version. */
  public static final String VERSION = "0.1.0";

  private static final Logger LOG = LoggerFactory.getLogger(Hub.class);
  private static final String OPERATOR_TENANT = "operator";
  private static final Duration STORAGE_PAUSE = Duration.ofSeconds(2);
  private static final Duration PERSIST_PAUSE = Duration.ofSeconds(30);
  private static final Duration BOOKS_PAUSE = Duration.ofSeconds(1);
  private static final Duration NETWORK_PAUSE = Duration.ofSeconds(1);
  private static final Duration FORGET_PAUSE = Duration.ofMinutes(10);
  private static final Duration COMPUTING_PAUSE = Duration.ofSeconds(1);
  private static final Duration PAYING_PAUSE = Duration.ofMinutes(1);
  private static final Duration PROBE_PAUSE = Duration.ofSeconds(30);
  private static final Duration ENDPOINTS_PAUSE = Duration.ofSeconds(10);
  private static final Duration DRAIN_PAUSE = Duration.ofSeconds(5);

  private final HubConfiguration configuration;
  private final Clock clock;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final Identity identity;
  private final Identity operator;
  private final int peerPort;
  private final Optional<SshGateway> gateway;
  private final HubEndpoints endpoints;
  private final HttpServer server;

  /**
   * Starts a hub: its data folder and identities are made where they are missing, the database is
   * brought up to date, and both ports are open when this returns.
   *
   * @throws ZansocException UNREACHABLE where a port or the database cannot be opened, CONFLICT
   *     where another hub runs in this data folder
   */
  public static Hub start(HubConfiguration configuration) {
    return new Hub(configuration, Clock.systemUTC());
  }

  private Hub(HubConfiguration configuration, Clock clock) {
    this.configuration = configuration;
    this.clock = clock;
    try {
      keep(FolderLock.take(configuration.dataFolder()));
      identity = Identity.loadOrCreate(configuration.dataFolder().resolve(IDENTITY));
      operator = Identity.loadOrCreate(configuration.dataFolder().resolve(OPERATOR_IDENTITY));

      Database database = keep(Database.open(configuration.database()));
      RegistryStore registry = new SqlRegistryStore(database);
      Enrolment.Directory directory = directory(registry);
      Hosts hosts = directory.hosts();
      Guests guests = new Guests(clock);

      PermitIssuer issuer =
          new PermitIssuer(identity.id(), identity.signingKey(), clock, new SecureRandom());
      Placement placement = new Placement(new SecureRandom());
      SqlCatalogue catalogue =
          new SqlCatalogue(database, hosts, placement, issuer, directory.members());

      Optional<EvmKey> wallet =
          configuration.ledger().map(any -> FolderWallet.loadOrCreate(configuration.dataFolder()));
      Optional<LedgerNode> ledger =
          configuration
              .ledger()
              .map(its -> keep(new LedgerNode(its, wallet.orElseThrow().account())));

      HostLinks links =
          new HostLinks(
              hosts,
              peer -> knows(directory, peer) || guests.isGuest(peer),
              new Receipts(registry, hosts),
              configuration.timeouts(),
              new HostAccounts(ledger));
      PeerTransport transport = keep(new PeerTransport(identity));
      ControlServer peers = keep(new ControlServer(transport, links));
      peerPort = peers.listen(address(listening().peerPort())).getPort();

      PrivateNetworking networking = keep(networking(database));

      Metrics metrics = new Metrics(directory);
      Optional<LedgerBooks> books =
          configuration.ledger().map(its -> keep(books(its, new SqlBooksStore(database))));
      books.ifPresent(metrics::add);
      ledger
          .filter(LedgerNode::hasExchange)
          .ifPresent(node -> keep(LedgerPrices.start(node, configuration.dataFolder())));
      Optional<LedgerOutbox> outbox =
          ledger.map(node -> keep(outbox(node, wallet.orElseThrow(), database)));
      Volumes volumes =
          HubVolumes.open(database, catalogue, new HubVolumeHosts(hosts, links), identity, clock);
      endpoints = keep(endpoints(database, transport, peers));
      HubComputing computing =
          keep(
              new HubComputing(
                  hosts,
                  links,
                  new SqlComputeStore(
                      database, new IdentitySealing(identity, "compute", new SecureRandom())),
                  money(ledger, outbox),
                  new HubComputing.Surroundings(
                      networking.networks(),
                      volumes,
                      endpoints,
                      new UsageSeal(
                          identity.publicKey(),
                          identity.signingKey(),
                          host -> hosts.record(host).map(its -> its.registration().publicKey()))),
                  configuration.computing(),
                  clock));
      SshAccess access = new SshAccess(new SqlKeyStore(database), directory.members(), clock);
      InstanceStreams streams = new InstanceStreams(links);
      gateway =
          listening()
              .sshPort()
              .map(port ->
                  keep(
                      SshGateway.start(
                          address(port),
                          configuration.dataFolder().resolve(SshGateway.HOST_KEY),
                          access,
                          computing.deployments(),
                          streams)));
      Api api =
          new Api(
              new Enrolment(registry, directory, terms(), clock),
              directory,
              catalogue,
              guests,
              new Api.Surroundings(
                  this::view,
                  metrics::scrape,
                  host -> {
                    links.changed(host);
                    computing.changed(host);
                  },
                  volumes,
                  computing.deployments(),
                  ledger.map(node ->
                      new LedgerRoutes.Ledger(node, books.orElseThrow(), outbox.orElseThrow())),
                  new Api.Instances(streams, access, this::gateway)));
      HttpServer.Service service =
          new HttpServer.Service(api.router(), api::knows, configuration.limits(), metrics);
      server = keep(new HttpServer(identity, address(listening().apiPort()), service));
      server.start();

      SqlRepairStore repairs = new SqlRepairStore(database, clock);
      RepairDispatcher dispatcher =
          new RepairDispatcher(links, hosts, issuer, relay(), Optional.empty());
      RepairPlanner planner =
          new RepairPlanner(repairs, hosts, placement, dispatcher, configuration.repair());
      repairs.abandonRepairs();
      StorageUpkeep upkeep = new StorageUpkeep(repairs, hosts, links, clock);
      keep(new StorageLoop(planner, upkeep, clock)).start(STORAGE_PAUSE);

      keep(hosts::persist);
      Jobs jobs = keep(new Jobs());
      jobs.every(PERSIST_PAUSE, "persist", hosts::persist);
      jobs.every(NETWORK_PAUSE, "lighthouse", networking::look);
      jobs.every(FORGET_PAUSE, "network addresses", networking::forget);
      jobs.every(COMPUTING_PAUSE, "deployments", computing::tick);
      outbox.ifPresent(its -> its.whenMoved(computing::paid));
      jobs.every(PAYING_PAUSE, "payments for leases", computing::pay);
      jobs.every(PROBE_PAUSE, "health of instances", computing::probe);
      jobs.every(ENDPOINTS_PAUSE, "endpoints", endpoints::look);
      jobs.every(DRAIN_PAUSE, "drain", () -> endDrains(hosts, repairs, links, computing));
      books.ifPresent(kept -> {
        jobs.every(BOOKS_PAUSE, "books", kept::follow);
        jobs.every(
            configuration.ledger().orElseThrow().reconcileEvery(), "reconcile", kept::compare);
      });
      LOG.info("hub {} listens: API on port {}, hosts on port {}", id(), apiPort(), peerPort());
    } catch (RuntimeException e) {
      closeQuietly(e);
      throw e;
    }
  }

  /** Who this hub is. */
  public PeerId id() {
    return identity.id();
  }

  /** The operator whose identity is kept in the data folder. */
  public Identity operator() {
    return operator;
  }

  /** The port of the API. */
  public int apiPort() {
    return server.port();
  }

  /** The port of hosts and the relay. */
  public int peerPort() {
    return peerPort;
  }

  /** The port of the SSH gateway; none where there is none. */
  public Optional<Integer> sshPort() {
    return gateway.map(SshGateway::port);
  }

  /** Where the ports of deployments are published. */
  public HubEndpoints endpoints() {
    return endpoints;
  }

  /** Ends everything in the reverse order of starting. */
  @Override
  public void close() {
    IllegalStateException failure = new IllegalStateException("the hub did not end cleanly");
    closeQuietly(failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  private void closeQuietly(RuntimeException collecting) {
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) { // AutoCloseable declares it
        collecting.addSuppressed(e);
      }
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    running.push(part);
    return part;
  }

  private HubConfiguration.Listening listening() {
    return configuration.listening();
  }

  private InetSocketAddress address(int port) {
    return new InetSocketAddress(listening().bind(), port);
  }

  private Enrolment.Directory directory(RegistryStore registry) {
    Members members = new Members(registry);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    members.add(
        new Tenant(OPERATOR_TENANT, OPERATOR_TENANT, Optional.empty(), now),
        new Member(
            operator.id(),
            operator.publicKey(),
            OPERATOR_TENANT,
            Role.OPERATOR,
            OPERATOR_TENANT,
            now));
    return new Enrolment.Directory(
        members,
        new Hosts(registry, configuration.timeouts(), clock),
        new Invitations(registry, identity.id(), configuration.membership().tokenLife(), clock));
  }

  /** Books of a chain that need not be there yet. */
  private LedgerBooks books(LedgerSettings ledger, BooksStore store) {
    return new LedgerBooks(
        () -> {
          EvmChain chain = EvmChain.connect(LedgerNode.options(ledger));
          try {
            return EvmBooks.of(chain, ledger.escrow());
          } catch (RuntimeException e) {
            chain.close();
            throw e;
          }
        },
        store,
        clock);
  }

  /** What the hub sends, with a key of its own. */
  private LedgerOutbox outbox(LedgerNode node, EvmKey key, Database database) {
    return LedgerOutbox.start(
        node, key, new SqlOutboxStore(database, node.chain().id(), key.account()), clock);
  }

  /** How leases are paid; without a ledger they are not. */
  private static HubComputing.Money money(
      Optional<LedgerNode> ledger, Optional<LedgerOutbox> outbox) {
    return new HubComputing.Money(
        ledger.map(node -> new LedgerLeases(node, outbox.orElseThrow().outbox())),
        ledger.map(LedgerOffers::new),
        () -> ledger.flatMap(Hub::coinPrice));
  }

  /** What the coin costs on average; none where the chain is away. */
  private static Optional<CoinPrice> coinPrice(LedgerNode node) {
    if (!node.hasExchange()) {
      return Optional.empty();
    }
    try {
      EvmExchange exchange =
          new EvmExchange(node.chain(), node.exchange().orElseThrow(), new Keyring());
      return switch (exchange.twap()) {
        case Outcome.Done<AveragePrice>(AveragePrice average) -> Optional.of(average.price());
        case Outcome.Refused<AveragePrice> _ -> Optional.empty();
      };
    } catch (ZansocException e) {
      return Optional.empty();
    }
  }

  private Enrolment.Terms terms() {
    return new Enrolment.Terms(configuration.admission(), configuration.membership().quota());
  }

  private static boolean knows(Enrolment.Directory directory, PeerId peer) {
    return directory.members().member(peer).isPresent() || directory.hosts().isEnrolled(peer);
  }

  private HubView view(String reachedBy) {
    return new HubView(
        id(),
        VERSION,
        new HostAddress(listening().advertised().orElse(reachedBy), peerPort()),
        clock.instant(),
        configuration.admission());
  }

  private Optional<SshView> gateway(String reachedBy) {
    String host = listening().advertised().orElse(reachedBy);
    return gateway.map(its -> new SshView(new HostAddress(host, its.port()), its.hostKey()));
  }

  /** Where hosts reach each other through this hub when they repair. */
  private BlockDialer.Relay relay() {
    String host = listening().advertised().orElseGet(() -> LocalAddress.of(listening().bind()));
    return new BlockDialer.Relay(id(), new HostAddress(host, peerPort()));
  }

  private HubEndpoints endpoints(Database database, PeerTransport transport, ControlServer peers) {
    String host = listening().advertised().orElseGet(() -> LocalAddress.of(listening().bind()));
    return new HubEndpoints(
        configuration.endpoints(),
        new HubEndpoints.Site(listening().bind(), host, configuration.dataFolder()),
        routes ->
            new EndpointServer(transport, routes, BackendDialer.over(peers, PortStart.STREAM)),
        new SqlEndpointStore(database),
        new SecureRandom());
  }

  private PrivateNetworking networking(Database database) {
    return new PrivateNetworking(
        new Lighthouse.Site(
            configuration.dataFolder().resolve(PrivateNetworking.FOLDER),
            Programs.find("nebula").map(program -> List.of(program.toString())),
            // It listens at all addresses, whatever the hub binds: instances have no loopback of
            // this machine.
            listening().advertised().orElseGet(LocalAddress::ofAll)),
        configuration.networks(),
        new SqlNetworkStore(database),
        clock);
  }

  /** A draining host that holds nothing more leaves. */
  private static void endDrains(
      Hosts hosts, SqlRepairStore repairs, HostLinks links, HubComputing computing) {
    for (StorageHost host : hosts.hosts()) {
      if (host.state() == NodeView.State.DRAINING
          && repairs.heldBy(host.id()) == 0
          && !computing.isBusy(host.id())) {
        hosts.wish(host.id(), HostRecord.Wish.LEFT);
        links.changed(host.id());
        LOG.info("host {} has handed everything over and left", host.name());
      }
    }
  }
}
