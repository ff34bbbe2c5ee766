package cloud.zansoc.hub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.DeploymentEvent;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.HealthCheck;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.PortSpec;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.compute.hub.Book;
import cloud.zansoc.compute.hub.ComputeStore;
import cloud.zansoc.compute.hub.ComputeStore.Standing;
import cloud.zansoc.compute.hub.Deployment;
import cloud.zansoc.compute.hub.Instance;
import cloud.zansoc.compute.hub.Lease;
import cloud.zansoc.compute.hub.LeasePayments;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of deployments does: those in a database, and their model in memory. */
abstract class ComputeStoreContract {
  static final String SECRET = "correct horse battery staple";
  static final String IMAGE_KEY = "b".repeat(52);

  private static final String IMAGE =
      "zs://images/web@sha256:%s#v1.%s.%s".formatted("0".repeat(64), "c".repeat(26), IMAGE_KEY);

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123Z");
  private static final String TENANT = "tenant";
  private static final PeerId HOST = new PeerId(new Digest(0, 0, 0, 7));
  private static final PeerId OTHER_HOST = new PeerId(new Digest(0, 0, 0, 8));
  private static final Digest ID = new Digest(1, 2, 3, 4);
  private static final Capacity SMALL =
      new Capacity(1500, ByteSize.ofGibibytes(2), ByteSize.ofGibibytes(3), 1);
  private static final InstanceId INSTANCE = new InstanceId(1, 1);

  private ComputeStore store;

  /** A new, empty store. */
  abstract ComputeStore newStore();

  @BeforeEach
  final void open() {
    store = newStore();
  }

  private static DeploymentSpec spec(String name) {
    ServiceSpec service =
        new ServiceSpec(
            "web",
            IMAGE,
            List.of("sleep", "1"),
            Map.of("A", "b"),
            Map.of("PASSWORD", SECRET),
            new InstanceSize(1500, ByteSize.ofGibibytes(2), ByteSize.ofGibibytes(1), 1),
            2,
            ServiceSpec.Spread.HOSTS,
            Map.of("region", "in"),
            List.of(
                new VolumeMount("data", "/data", ByteSize.ofGibibytes(2), Duration.ofMinutes(5))),
            List.of(new PortSpec(80, PortSpec.Protocol.HTTP, Optional.of(8080))),
            RestartPolicy.ON_FAILURE,
            Optional.of(
                new HealthCheck(
                    HealthCheck.Kind.HTTP,
                    80,
                    "/",
                    List.of(),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1),
                    3)));
    return new DeploymentSpec(
        name, List.of(service), true, Optional.of(new Money(5)), Optional.of(Duration.ofHours(7)));
  }

  static Book book(Digest id, String tenant, String name) {
    return new Book(
        new Deployment(
            id,
            tenant,
            spec(name),
            Deployment.State.ACTIVE,
            Optional.of("0x0a"),
            NOW,
            Optional.of(NOW.plusSeconds(9)),
            1,
            "a trouble",
            NOW),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        0);
  }

  private static Instance instance(InstanceId id, int number) {
    return new Instance(
            id,
            ID,
            "web",
            number,
            Instance.Wanted.RUNNING,
            spec("shop").services().getFirst().size(),
            List.of(
                new InstanceSpec.Volume(
                    "v1", spec("shop").services().getFirst().volumes().getFirst())),
            2,
            1,
            Instance.Setbacks.NONE)
        .failing(HOST, "it did nothing", NOW, NOW.plusSeconds(600));
  }

  private static Lease lease(InstanceId instance, long number, PeerId host) {
    return new Lease(
            instance,
            number,
            1,
            host,
            Lease.State.PLANNED,
            NOW,
            new Lease.Terms(
                spec("shop").services().getFirst().size(),
                SMALL,
                new Money(4321),
                1,
                new Digest(5, 5, 5, number),
                NOW.plusSeconds(300),
                Optional.empty()),
            Lease.Ordered.NOTHING,
            Lease.Payment.NOTHING,
            Lease.Observed.NOTHING)
        .with(
            new HostOffer(
                "ledger",
                new Digest(6, 6, 6, number),
                "0x0b",
                "0x0a",
                "123456789012345678901234567890",
                NOW.plusSeconds(300),
                new Digest(7, 7, 7, 7),
                new Digest(5, 5, 5, number),
                "0xabcdef"))
        .with(Lease.Payment.NOTHING.opened(NOW).toppedUp(2, 1).because(5))
        .with(
            Lease.Observed.NOTHING
                .with(
                    new InstanceStatus(
                        instance,
                        1,
                        3,
                        InstanceStatus.State.EXITED,
                        InstanceStatus.Health.UNHEALTHY,
                        "ended",
                        NOW,
                        4,
                        Optional.of(137),
                        55))
                .down(NOW))
        .order(NOW.plusSeconds(60), NOW.plusSeconds(3600), "place", NOW)
        .acknowledged(1, NOW);
  }

  /** A deployment with an instance and a lease; answers its book. */
  final Book addDeployment() {
    store.add(book(ID, TENANT, "shop"));
    Book before = kept();
    store.change(
        before, before.with(instance(INSTANCE, 1)).with(lease(INSTANCE, 1, HOST)), Map.of());
    return kept();
  }

  private Book kept() {
    return store.book(ID).orElseThrow();
  }

  private static ErrorCode codeOf(Runnable work) {
    return catchThrowableOfType(ZansocException.class, work::run).code();
  }

  @Test
  void empty_store_hasNothing() {
    assertThat(store.book(ID)).isEmpty();
    assertThat(store.named(TENANT, "shop")).isEmpty();
    assertThat(store.deployments()).isEmpty();
    assertThat(store.deployments(TENANT)).isEmpty();
    assertThat(store.leases(ID)).isEmpty();
    assertThat(store.events(ID)).isEmpty();
    assertThat(store.deploymentOf(INSTANCE)).isEmpty();
    assertThat(store.deploymentsOn(HOST)).isEmpty();
    assertThat(store.promised()).isEmpty();
    assertThat(store.standings()).isEmpty();
  }

  @Test
  void book_written_comesBackAsItWasWithItsSecrets() {
    Book kept = addDeployment();

    assertThat(kept.deployment()).isEqualTo(book(ID, TENANT, "shop").deployment());
    assertThat(kept.deployment().spec().services().getFirst().secrets())
        .containsEntry("PASSWORD", SECRET);
    assertThat(kept.instances()).containsExactly(instance(INSTANCE, 1));
    assertThat(kept.leases()).containsExactly(lease(INSTANCE, 1, HOST));
    assertThat(store.deploymentOf(INSTANCE)).contains(ID);
    assertThat(store.deploymentsOn(HOST)).containsExactly(ID);
    assertThat(store.deploymentsOn(OTHER_HOST)).isEmpty();
  }

  @Test
  void add_sameAgain_changesNothing() {
    assertThat(store.add(book(ID, TENANT, "shop"))).isTrue();
    Book kept = addDeployment();

    assertThat(store.add(book(ID, TENANT, "shop"))).isFalse();
    assertThat(kept()).isEqualTo(kept);
  }

  @Test
  void add_takenNameOrId_isRefused() {
    addDeployment();
    Digest other = new Digest(9, 9, 9, 9);

    assertThat(codeOf(() -> store.add(book(other, TENANT, "shop"))))
        .isEqualTo(ErrorCode.ALREADY_EXISTS);
    assertThat(codeOf(() -> store.add(book(ID, "stranger", "shop"))))
        .isEqualTo(ErrorCode.ALREADY_EXISTS);
    assertThat(store.add(book(other, "stranger", "shop"))).isTrue();
    assertThat(store.named("stranger", "shop")).contains(other);
    assertThat(store.deployments(TENANT)).containsExactly(ID);
    assertThat(store.deployments()).containsExactlyInAnyOrder(ID, other);
  }

  @Test
  void change_ofABookWrittenMeanwhile_isAConflictAndChangesNothing() {
    Book read = addDeployment();
    store.change(read, read.with(read.deployment().troubled("first", NOW)), Map.of());
    Book kept = kept();

    assertThat(
            codeOf(() ->
                store.change(
                    read,
                    read.with(read.deployment().troubled("second", NOW))
                        .with(lease(INSTANCE, 2, HOST))
                        .event(NOW, "", "lost"),
                    Map.of())))
        .isEqualTo(ErrorCode.CONFLICT);

    assertThat(kept()).isEqualTo(kept);
    assertThat(store.events(ID)).isEmpty();
  }

  @Test
  void lease_ended_isInTheHistoryOnlyAndTakesNothing() {
    Book kept = addDeployment();
    Lease ended = kept.leases().getFirst().in(Lease.State.ENDED, NOW);
    assertThat(store.promised()).containsExactly(Map.entry(HOST, SMALL));

    store.change(kept, kept.with(ended), Map.of());

    assertThat(kept().leases()).isEmpty();
    assertThat(store.leases(ID)).containsExactly(ended);
    assertThat(store.promised()).isEmpty();
    assertThat(store.deploymentsOn(HOST)).isEmpty();
  }

  @Test
  void receiptsAndCompensation_ofALease_areKeptOnceAndForGood() {
    Book kept = addDeployment();
    UsageReceipt.Signed first = receipt(1);
    UsageReceipt.Signed second = receipt(2);
    Lease lease = kept.leases().getFirst();
    Lease.Settled settled =
        new Lease.Settled(new LeasePayments.Charge(NOW, 100, "1000"), 20, "100");

    store.change(kept, kept.with(lease.with(observed(lease, first))), Map.of());
    Lease closed = lease.with(observed(lease, second)).with(lease.payment().closed(NOW, settled));
    store.change(kept(), kept().with(closed), Map.of());
    store.change(kept(), kept().with(closed.in(Lease.State.ENDED, NOW)), Map.of());

    assertThat(store.leases(ID)).containsExactly(closed.in(Lease.State.ENDED, NOW));
    assertThat(store.receipts(ID)).containsExactly(first, second);
    ComputeStore.Owed owed = new ComputeStore.Owed(INSTANCE, 1, "0x0a", "100", 0, false);
    assertThat(store.owed()).containsExactly(owed);
    store.paidBack(owed.refused());
    assertThat(store.owed()).containsExactly(owed.refused());
    store.paidBack(owed.refused().settled());
    assertThat(store.owed()).isEmpty();
    assertThat(store.compensations(ID)).containsExactly(owed.refused().settled());
  }

  private static Lease.Observed observed(Lease lease, UsageReceipt.Signed newest) {
    return lease
        .observed()
        .with(
            new Lease.Usage(
                NOW,
                0,
                newest.receipt().period().number(),
                newest.receipt().period().number(),
                NOW,
                3,
                0,
                Optional.of(Base64.getEncoder().encodeToString(newest.encode()))));
  }

  private static UsageReceipt.Signed receipt(long number) {
    PrivateKey key = Ed25519.privateKey(new Digest(8, 8, 8, 8).toBytes());
    return new UsageReceipt(
            HOST,
            OTHER_HOST,
            new UsageReceipt.Stay(INSTANCE, 1, 1, Optional.of(new Digest(6, 6, 6, 1))),
            new UsageReceipt.Period(number, NOW, NOW.plusSeconds(number)),
            UsageReceipt.Used.NOTHING)
        .sign(key)
        .countersign(key);
  }

  @Test
  void removed_deployment_isFoundByItsName() {
    Book kept = addDeployment();
    assertThat(store.removed(TENANT, "shop")).isEmpty();

    store.change(kept, kept.with(kept.deployment().in(Deployment.State.REMOVED)), Map.of());

    assertThat(store.removed(TENANT, "shop")).contains(ID);
    assertThat(store.removed("stranger", "shop")).isEmpty();
    assertThat(store.removed(TENANT, "other")).isEmpty();
  }

  @Test
  void promised_twoLeasesOfOneInstanceOnAHost_countOnce() {
    Book kept = addDeployment();
    InstanceId second = new InstanceId(1, 2);
    store.change(
        kept,
        kept.with(instance(second, 2))
            .with(lease(INSTANCE, 2, HOST))
            .with(lease(INSTANCE, 3, OTHER_HOST))
            .with(lease(second, 1, HOST)),
        Map.of());

    assertThat(store.promised().get(HOST))
        .isEqualTo(new Capacity(3000, ByteSize.ofGibibytes(4), ByteSize.ofGibibytes(6), 2));
    assertThat(store.promised().get(OTHER_HOST)).isEqualTo(SMALL);
  }

  @Test
  void change_beyondWhatAHostLends_isRefusedAndChangesNothing() {
    Book kept = addDeployment();
    InstanceId second = new InstanceId(1, 2);
    Book more = kept.with(instance(second, 2)).with(lease(second, 1, HOST)).event(NOW, "", "x");
    Capacity enough = new Capacity(3000, ByteSize.ofGibibytes(4), ByteSize.ofGibibytes(6), 2);
    for (Capacity less :
        List.of(
            new Capacity(2999, enough.memory(), enough.disk(), 2),
            new Capacity(3000, ByteSize.ofGibibytes(3), enough.disk(), 2),
            new Capacity(3000, enough.memory(), ByteSize.ofGibibytes(5), 2),
            new Capacity(3000, enough.memory(), enough.disk(), 1))) {
      assertThat(codeOf(() -> store.change(kept, more, Map.of(HOST, less))))
          .isEqualTo(ErrorCode.NO_SPACE);
    }
    assertThat(kept()).isEqualTo(kept);

    store.change(kept, more, Map.of(HOST, enough));

    assertThat(kept().leases()).hasSize(2);
  }

  @Test
  void events_moreThanAreKept_loseTheOldest() {
    addDeployment();
    for (int i = 0; i < ComputeStore.KEPT_EVENTS / 2 + 1; i++) {
      Book kept = kept();
      store.change(
          kept, kept.event(NOW.plusSeconds(i), "web-1", "a" + i).event(NOW, "", "b" + i), Map.of());
    }

    List<DeploymentEvent> events = store.events(ID);
    assertThat(events).hasSize(ComputeStore.KEPT_EVENTS);
    assertThat(events.getFirst()).isEqualTo(new DeploymentEvent(NOW.plusSeconds(1), "web-1", "a1"));
    assertThat(events.getLast().text()).isEqualTo("b" + ComputeStore.KEPT_EVENTS / 2);
  }

  @Test
  void verdicts_onHosts_addUp() {
    addDeployment();
    for (boolean held : List.of(true, false, true)) {
      Book kept = kept();
      store.change(kept, kept.verdict(HOST, held), Map.of());
    }

    assertThat(store.standings()).containsExactly(Map.entry(HOST, new Standing(2, 1)));
    assertThat(new Standing(2, 1).reputation()).isEqualTo(0.5);
    assertThat(Standing.NONE.reputation()).isEqualTo(1);
  }

  @Test
  void instance_withoutWhichABookIsWritten_isGone() {
    Book kept = addDeployment();

    store.change(kept, kept.without(kept.instances().getFirst()), Map.of());

    assertThat(kept().instances()).isEmpty();
    assertThat(store.deploymentOf(INSTANCE)).isEmpty();
  }

  @Test
  void deployment_removed_freesItsNameAndIsSeenToWhileSomethingIsLeft() {
    Book kept = addDeployment();
    store.change(kept, kept.with(kept.deployment().in(Deployment.State.REMOVED)), Map.of());

    assertThat(store.deployments(TENANT)).isEmpty();
    assertThat(store.named(TENANT, "shop")).isEmpty();
    assertThat(store.deployments()).containsExactly(ID);
    Book removed = kept();
    store.change(
        removed, removed.with(removed.leases().getFirst().in(Lease.State.ENDED, NOW)), Map.of());

    assertThat(store.deployments()).isEmpty();
    assertThat(store.book(ID)).isPresent();
    assertThat(store.add(book(new Digest(9, 9, 9, 9), TENANT, "shop"))).isTrue();
  }

  @Test
  void secrets_changed_areKept() {
    Book kept = addDeployment();
    DeploymentSpec spec = kept.deployment().spec();
    DeploymentSpec other =
        spec.withServices(
            List.of(spec.services().getFirst().withSecrets(Map.of("PASSWORD", "another"))));

    store.change(kept, kept.with(kept.deployment().with(other)), Map.of());

    assertThat(kept().deployment().spec()).isEqualTo(other);
    assertThat(kept().deployment().toString() + other.services()).doesNotContain("another");
  }
}
