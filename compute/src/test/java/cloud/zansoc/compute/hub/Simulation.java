package cloud.zansoc.compute.hub;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.OfferRequest;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A hub, hosts and a chain on one clock, in one thread. Each can be killed at any point: the hub
 * before or after any of its writes, and it is made anew from what it had written.
 */
final class Simulation {
  static final String TENANT = "tenant";
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final BigInteger PLENTY = BigInteger.valueOf(1_000_000_000_000L);

  final TestClock clock = new TestClock();
  final Random random;
  final MemoryComputeStore store = new MemoryComputeStore();
  final MemoryInstanceVolumes volumes = new MemoryInstanceVolumes();
  final Optional<MemoryLeasePayments> payments;
  final List<SimulatedHost> hosts = new ArrayList<>();
  private final Map<PeerId, Instant> beats = new HashMap<>();
  private Optional<LeaseUpkeep> upkeep = Optional.empty();
  private HostWatch watch;
  private DeploymentKeeper keeper;
  private Deployments deployments;
  private long deployed;

  /** Whether the chain makes blocks. */
  boolean mining = true;

  /** The writes until the hub is killed; negative: it is not. */
  int writesToLive = -1;

  int restarts;

  /** The hub is killed: nothing of it goes on. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  Simulation(long seed, int hostCount, boolean paid) {
    random = new Random(seed);
    payments = paid ? Optional.of(new MemoryLeasePayments(clock)) : Optional.empty();
    payments.ifPresent(its -> its.fund(PLENTY));
    for (int i = 1; i <= hostCount; i++) {
      hosts.add(new SimulatedHost(i, HostFixture.capacity(4, 8, 100, 0), clock));
    }
    startHub();
    seconds(70);
  }

  private void startHub() {
    watch = new HostWatch(new Registry(), ComputeSettings.DEFAULT, clock);
    DeploymentKeeper.Parts parts =
        new DeploymentKeeper.Parts(
            watch,
            (host, name, body, timeout) -> host(host).order(name, body),
            new IndexedMatcher(),
            payments.map(its -> its),
            payments.map(its -> new Check()),
            Optional.empty(),
            volumes,
            Endpoints.NONE,
            new UsageSeal(
                Ed25519.rawPublicKey(SimulatedHost.HUB_KEYS.getPublic()),
                SimulatedHost.HUB_KEYS.getPrivate(),
                id -> Optional.of(host(id).publicKey())));
    keeper =
        new DeploymentKeeper(
            mortal(),
            parts,
            ComputeSettings.DEFAULT,
            new DeploymentKeeper.Surroundings(clock, random, Runnable::run));
    deployments =
        new Deployments(
            store,
            keeper,
            new Deployments.Surroundings(
                parts,
                (spec, match) -> {
                  throw new UnsupportedOperationException("nobody asks for plans");
                },
                random),
            clock);
    upkeep = payments.map(its -> new LeaseUpkeep(store, its, clock));
    beats.clear();
  }

  /** The store as the hub sees it, which is killed before or after one of its writes. */
  private ComputeStore mortal() {
    return (ComputeStore)
        Proxy.newProxyInstance(
            ComputeStore.class.getClassLoader(),
            new Class<?>[] {ComputeStore.class},
            (proxy, method, arguments) -> {
              boolean writes = method.getName().equals("change");
              if (writes && writesToLive == 0 && random.nextBoolean()) {
                throw new Killed();
              }
              try {
                Object result = method.invoke(store, arguments);
                if (writes && writesToLive == 0) {
                  throw new Killed();
                }
                writesToLive -= writes && writesToLive > 0 ? 1 : 0;
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private final class Registry implements HostWatch.Registry {
    @Override
    public List<ComputeHost> hosts() {
      return hosts.stream()
          .filter(host -> host.wish != HostWatch.Wish.LEFT)
          .map(host ->
              host.view(
                  beats.containsKey(host.id)
                      && host.up
                      && host.linked
                      && host.wish == HostWatch.Wish.STAY))
          .toList();
    }

    @Override
    public Optional<ComputeHost> host(PeerId id) {
      return hosts().stream().filter(host -> host.id().equals(id)).findFirst();
    }

    @Override
    public HostWatch.Wish wish(PeerId host) {
      return Simulation.this.host(host).wish;
    }

    @Override
    public Optional<Instant> reclaimed(PeerId host) {
      return Simulation.this.host(host).reclaimed;
    }

    @Override
    public String name(PeerId host) {
      return Simulation.this.host(host).name;
    }
  }

  private static final class Check implements OfferCheck {
    @Override
    public String ledger() {
      return "ledger";
    }

    @Override
    public Duration validity() {
      return Duration.ofMinutes(5);
    }

    @Override
    public Optional<String> objection(
        HostOffer offer, OfferRequest request, String account, Money perHour) {
      long rate = 10L * request.instance().size().milliVcpus();
      return offer.unitsPerSecond().equals(Long.toString(rate))
          ? Optional.empty()
          : Optional.of("it asks for more than published");
    }
  }

  SimulatedHost host(PeerId id) {
    return hosts.stream().filter(host -> host.id.equals(id)).findFirst().orElseThrow();
  }

  // ---- time

  void seconds(int count) {
    for (int i = 0; i < count; i++) {
      clock.advance(Duration.ofSeconds(1));
      hosts.forEach(SimulatedHost::second);
      if (mining) {
        payments.ifPresent(MemoryLeasePayments::mine);
      }
      live(this::work);
      check();
    }
  }

  private void work() {
    for (SimulatedHost host : hosts) {
      boolean there = host.up && host.linked && host.wish != HostWatch.Wish.LEFT;
      Instant last = beats.get(host.id);
      if (!there && last != null) {
        beats.remove(host.id);
        keeper.disconnected(host.id);
      } else if (there && !host.heard) {
        keeper.disconnected(host.id);
      } else if (there && (last == null || !clock.instant().isBefore(last.plus(HEARTBEAT)))) {
        beats.put(host.id, clock.instant());
        keeper.attend(host.id);
      }
    }
    keeper.tick();
    upkeep.ifPresent(LeaseUpkeep::tick);
  }

  /** Has the hub do something; where that kills it, it is made anew. */
  private void live(Runnable work) {
    try {
      work.run();
    } catch (Killed e) {
      writesToLive = -1;
      restarts++;
      startHub();
    }
  }

  // ---- what clients do

  Digest deploy(DeploymentSpec spec) {
    deployed++;
    Digest id = new Digest(9, 9, 9, deployed);
    payments.ifPresent(its -> its.allow(id, PLENTY));
    store.add(
        new Book(
            new Deployment(
                id,
                TENANT,
                spec,
                Deployment.State.ACTIVE,
                payments.map(its -> "0x" + "0c".repeat(20)),
                clock.instant(),
                spec.duration().map(clock.instant()::plus),
                0,
                "",
                Instant.EPOCH),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            0));
    live(() -> keeper.wake(id));
    return id;
  }

  static DeploymentSpec web(String name, int replicas, ServiceSpec.Spread spread, boolean volume) {
    ServiceSpec service =
        new ServiceSpec(
            "web",
            "debian",
            List.of(),
            Map.of(),
            Map.of("PASSWORD", "hidden"),
            new InstanceSize(1000, ByteSize.ofGibibytes(1), ByteSize.ofGibibytes(1), 0),
            replicas,
            spread,
            Map.of(),
            volume
                ? List.of(
                    new VolumeMount(
                        name + "-data", "/data", ByteSize.ofGibibytes(1), Duration.ofMinutes(1)))
                : List.of(),
            List.of(),
            RestartPolicy.ALWAYS,
            Optional.empty());
    return new DeploymentSpec(name, List.of(service), false, Optional.empty(), Optional.empty());
  }

  void want(Digest deployment, String instance, Instance.Wanted wanted) {
    change(deployment, book -> book.with(instance(book, instance).with(wanted)));
  }

  void resize(Digest deployment, String instance, InstanceSize size) {
    change(deployment, book -> book.with(instance(book, instance).with(size)));
  }

  static Instance instance(Book book, String name) {
    return book.instances().stream()
        .filter(its -> its.name().equals(name) && its.wanted() != Instance.Wanted.REMOVED)
        .findFirst()
        .orElseThrow();
  }

  void scale(Digest deployment, int replicas) {
    change(
        deployment,
        book -> {
          DeploymentSpec spec = book.deployment().spec();
          ServiceSpec scaled = spec.services().getFirst().withReplicas(replicas);
          return book.with(book.deployment().with(spec.withServices(List.of(scaled))));
        });
  }

  void remove(Digest deployment) {
    change(deployment, book -> book.with(book.deployment().in(Deployment.State.REMOVING)));
  }

  private void change(Digest deployment, UnaryOperator<Book> change) {
    live(() -> {
      keeper.change(deployment, change);
      keeper.wake(deployment);
    });
  }

  /** A host's owner wants the machine back after the grace. */
  void reclaim(SimulatedHost host, Duration grace) {
    host.wish = HostWatch.Wish.CLEAR;
    host.reclaimed = Optional.of(clock.instant().plus(grace));
    live(() -> keeper.changed(host.id));
  }

  /** And lends it again. */
  void resume(SimulatedHost host) {
    host.wish = HostWatch.Wish.STAY;
    host.reclaimed = Optional.empty();
    live(() -> keeper.changed(host.id));
  }

  HostWatch watch() {
    return watch;
  }

  /** What clients ask. */
  Deployments deployments() {
    return deployments;
  }

  /** Probes of the hub that go over these streams. */
  HealthProbes probes(HostStreams streams) {
    return new HealthProbes(store, watch, streams, keeper);
  }

  // ---- what must be so at any moment

  private void check() {
    store
        .promised()
        .forEach((host, promised) -> {
          Capacity all = host(host).capacity;
          assertThat(promised.milliVcpus())
              .as("promised of " + host(host).name)
              .isLessThanOrEqualTo(all.milliVcpus());
          assertThat(promised.memory()).isLessThanOrEqualTo(all.memory());
        });
    for (Digest deployment : store.deployments()) {
      for (Instance instance : store.book(deployment).orElseThrow().instances()) {
        long running =
            hosts.stream().filter(host -> host.running(instance.id()).isPresent()).count();
        if (!instance.volumes().isEmpty()) {
          assertThat(running)
              .as("hosts on which %s runs at %s", instance.name(), clock.instant())
              .isLessThanOrEqualTo(1);
        }
      }
    }
  }

  /** What must be so when nothing has happened for a while: books and hosts and chain agree. */
  void assertSettled() {
    Set<Digest> open = new HashSet<>();
    Map<String, Long> where = new HashMap<>();
    for (Digest deployment : store.deployments()) {
      Book book = store.book(deployment).orElseThrow();
      assertThat(book.deployment().trouble()).as("trouble").isEmpty();
      for (Instance instance : book.instances()) {
        List<Lease> leases = book.leases(instance.id());
        assertThat(leases).as("leases of " + instance.name()).hasSize(1);
        Lease lease = leases.getFirst();
        boolean runs = instance.wanted() == Instance.Wanted.RUNNING;
        assertThat(lease.state())
            .as(instance.name())
            .isEqualTo(runs ? Lease.State.RUNNING : Lease.State.STOPPED);
        assertThat(host(lease.host()).running(instance.id()))
            .as("%s on %s", instance.name(), host(lease.host()).name)
            .isEqualTo(runs ? Optional.of(lease.generation()) : Optional.empty());
        where.put(instance.id() + " " + host(lease.host()).name, 1L);
        if (runs) {
          lease.terms().offer().ifPresent(offer -> open.add(offer.lease()));
        }
      }
    }
    for (SimulatedHost host : hosts) {
      host.instances()
          .forEach(instance -> assertThat(where).containsKey(instance + " " + host.name));
    }
    payments.ifPresent(
        its -> assertThat(its.openLeases()).containsExactlyInAnyOrderElementsOf(open));
  }

  /** What must be so when everything was removed: bill, receipts and chain say the same. */
  void assertEmpty(List<Digest> deployments) {
    assertEmpty();
    BigInteger billed = BigInteger.ZERO;
    BigInteger back = BigInteger.ZERO;
    for (Digest deployment : deployments) {
      for (Lease lease : store.leases(deployment)) {
        assertThat(lease.state()).as(lease.key()).isEqualTo(Lease.State.ENDED);
        Optional<Lease.Settled> settled = lease.payment().settled();
        assertThat(settled.isPresent())
            .as("%s is settled: %s", lease.key(), lease)
            .isEqualTo(payments.isPresent() && lease.payment().opened().isPresent());
        billed =
            billed.add(
                settled.map(its -> new BigInteger(its.charge().units())).orElse(BigInteger.ZERO));
        settled.ifPresent(its -> assertBounded(lease, its));
      }
      for (ComputeStore.Owed owed : store.compensations(deployment)) {
        assertThat(owed.paid()).as("%s is paid back", owed).isTrue();
        back = back.add(new BigInteger(owed.units()));
      }
      assertReceipts(deployment);
    }
    if (payments.isPresent()) {
      assertThat(billed).as("bill and chain").isEqualTo(payments.get().paid());
      assertThat(back).as("paid back").isEqualTo(payments.get().compensated());
    }
  }

  private static void assertBounded(Lease lease, Lease.Settled settled) {
    BigInteger back = new BigInteger(settled.compensationUnits());
    assertThat(back.multiply(BigInteger.TEN))
        .as("paid back of " + lease.key())
        .isLessThanOrEqualTo(new BigInteger(settled.charge().units()));
    assertThat(settled.downtimeSeconds())
        .as("downtime of " + lease.key())
        .isBetween(0L, settled.charge().seconds());
  }

  /** Receipts are signed by both, count up, and claim no more than there was time. */
  private void assertReceipts(Digest deployment) {
    Optional<UsageReceipt> before = Optional.empty();
    for (UsageReceipt.Signed signed : store.receipts(deployment)) {
      UsageReceipt receipt = signed.receipt();
      assertThat(signed.half().isSignedBy(Ed25519.publicKey(host(receipt.host()).publicKey())))
          .as("signature of the host")
          .isTrue();
      assertThat(signed.isSignedBy(SimulatedHost.HUB_KEYS.getPublic()))
          .as("signature of the hub")
          .isTrue();
      long time = Duration.between(receipt.period().since(), receipt.period().until()).toSeconds();
      assertThat(receipt.used().runningSeconds() + receipt.used().downtimeSeconds())
          .as("running and down in %s", receipt)
          .isLessThanOrEqualTo(time);
      boolean sameStay =
          before
              .filter(its -> its.stay().instance().equals(receipt.stay().instance()))
              .filter(its -> its.stay().generation() == receipt.stay().generation())
              .isPresent();
      if (sameStay) {
        assertThat(receipt.period().number()).isGreaterThan(before.get().period().number());
        assertThat(receipt.used().runningSeconds())
            .isGreaterThanOrEqualTo(before.get().used().runningSeconds());
      }
      before = Optional.of(receipt);
    }
  }

  /** What must be so when everything was removed. */
  void assertEmpty() {
    assertThat(store.deployments()).isEmpty();
    assertThat(store.promised()).isEmpty();
    assertThat(volumes.held()).isZero();
    hosts.forEach(host -> assertThat(host.instances()).as(host.name).isEmpty());
    payments.ifPresent(its -> {
      assertThat(its.openLeases()).isEmpty();
      assertThat(its.held()).isEqualTo(BigInteger.ZERO);
    });
  }
}
