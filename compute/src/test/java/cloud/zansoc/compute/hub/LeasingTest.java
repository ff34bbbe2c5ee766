package cloud.zansoc.compute.hub;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.DeploymentEvent;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.HealthCheck;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.api.ServiceSpec.Spread;
import cloud.zansoc.compute.hub.ComputeStore.Standing;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of deployments when hosts, clients and the chain do this and that. */
final class LeasingTest {
  private final Simulation simulation = new Simulation(1, 5, true);
  private final MemoryLeasePayments payments = simulation.payments.orElseThrow();

  private Book book(Digest deployment) {
    return simulation.store.book(deployment).orElseThrow();
  }

  private Lease lease(Digest deployment, String name) {
    Book book = book(deployment);
    return book.leases(Simulation.instance(book, name).id()).getLast();
  }

  private SimulatedHost hostOf(Digest deployment, String name) {
    return simulation.host(lease(deployment, name).host());
  }

  private Digest running(int replicas, Spread spread, boolean volume) {
    Digest deployment = simulation.deploy(Simulation.web("shop", replicas, spread, volume));
    simulation.seconds(20);
    simulation.assertSettled();
    return deployment;
  }

  private List<String> events(Digest deployment) {
    return simulation.store.events(deployment).stream().map(DeploymentEvent::text).toList();
  }

  @Test
  void deploy_threeReplicas_runOnThreeHostsEachWithALease() {
    Digest deployment = running(3, Spread.HOSTS, false);

    assertThat(book(deployment).leases().stream().map(Lease::host).distinct()).hasSize(3);
    assertThat(payments.openLeases()).hasSize(3);
    assertThat(book(deployment).deployment().rounds()).isEqualTo(1);
  }

  @Test
  void deploy_withoutALedger_runsUnpaidAndIsExtended() {
    Simulation free = new Simulation(1, 3, false);
    Digest deployment = free.deploy(Simulation.web("shop", 2, Spread.HOSTS, false));
    free.seconds(20);
    free.assertSettled();

    free.seconds(2 * 3600);

    free.assertSettled();
    free.remove(deployment);
    free.seconds(20);
    free.assertEmpty();
  }

  @Test
  void remove_runningDeployment_leavesNothingAndTheClientGetsTheRestBack() {
    Digest deployment = running(3, Spread.HOSTS, true);

    simulation.remove(deployment);
    simulation.seconds(20);

    simulation.assertEmpty();
    assertThat(payments.paid().signum()).isPositive();
    assertThat(simulation.store.leases(deployment))
        .hasSize(3)
        .allMatch(lease -> lease.payment().closed().isPresent());
    simulation.deploy(Simulation.web("shop", 1, Spread.NONE, false)); // its name is free
  }

  @Test
  void topUp_beforeTheRunwayEnds_keepsLeasesOpen() {
    Digest deployment = running(2, Spread.HOSTS, false);

    simulation.seconds(3600);

    simulation.assertSettled();
    assertThat(payments.openedEver()).isEqualTo(2);
    assertThat(lease(deployment, "web-1").payment().topUps()).isGreaterThan(2);
    assertThat(
            Duration.between(
                simulation.clock.instant(), lease(deployment, "web-1").ordered().paidUntil()))
        .isLessThanOrEqualTo(ComputeSettings.DEFAULT.runway());
  }

  @Test
  void chain_stopped_letsLeasesLapseAndGoesOnWithTheDataWhenItIsBack() {
    Digest deployment = running(1, Spread.NONE, true);
    SimulatedHost host = hostOf(deployment, "web-1");

    simulation.mining = false;
    simulation.seconds(25 * 60);

    assertThat(lease(deployment, "web-1").state()).isEqualTo(Lease.State.FUNDING);
    assertThat(host.instances()).hasSize(1);
    assertThat(host.running(host.instances().iterator().next())).isEmpty();
    simulation.mining = true;
    simulation.seconds(180);
    simulation.assertSettled();
    assertThat(hostOf(deployment, "web-1")).isSameAs(host);
    assertThat(lease(deployment, "web-1").generation()).isEqualTo(1);
  }

  @Test
  void host_killed_isReplacedElsewhereWithinThirtySecondsOfDetection() {
    Digest deployment = running(3, Spread.HOSTS, true);
    SimulatedHost dead = hostOf(deployment, "web-2");
    Instance before = Simulation.instance(book(deployment), "web-2");

    dead.kill();
    simulation.seconds(40);
    assertThat(hostOf(deployment, "web-2")).isSameAs(dead);
    simulation.seconds(15);
    SimulatedHost next = hostOf(deployment, "web-2");
    assertThat(next).as("moved within 10 s beyond the grace").isNotSameAs(dead);
    simulation.seconds(30);

    assertThat(next.running(before.id())).contains(2L);
    assertThat(Simulation.instance(book(deployment), "web-2").volumes())
        .isEqualTo(before.volumes());
    Lease lost =
        simulation.store.leases(deployment).stream()
            .filter(lease -> lease.host().equals(dead.id))
            .findFirst()
            .orElseThrow();
    assertThat(lost.payment().reason()).isEqualTo(CloseReasons.HOST_UNREACHABLE);
    assertThat(lost.payment().closed()).isPresent();
    assertThat(simulation.store.standings()).doesNotContainKey(dead.id);
  }

  @Test
  void connections_toASilentHost_areHeldUntilItIsGivenUp() {
    Digest deployment = running(1, Spread.NONE, false);
    Instance instance = Simulation.instance(book(deployment), "web-1");
    Endpoints.Stay first = new Endpoints.Stay(instance.id(), 1);
    SimulatedHost home = hostOf(deployment, "web-1");
    assertThat(Serving.held(book(deployment))).containsExactly(first);

    home.linked = false;
    simulation.seconds(25);
    assertThat(Serving.of(book(deployment), simulation.watch())).isEmpty();
    assertThat(Serving.held(book(deployment))).containsExactly(first);
    simulation.seconds(45);

    assertThat(Serving.held(book(deployment)))
        .containsExactly(new Endpoints.Stay(instance.id(), 2));
  }

  @Test
  void host_backFromTheDead_losesItsOldInstance() {
    Digest deployment = running(1, Spread.NONE, true);
    SimulatedHost dead = hostOf(deployment, "web-1");
    dead.kill();
    simulation.seconds(75);
    assertThat(dead.instances()).hasSize(1);

    dead.start();
    simulation.seconds(20);

    assertThat(dead.instances()).isEmpty();
    simulation.assertSettled();
  }

  @Test
  void host_flappingForTwentySeconds_movesNothing() {
    Digest deployment = running(3, Spread.HOSTS, true);
    SimulatedHost flapping = hostOf(deployment, "web-1");

    for (int i = 0; i < 5; i++) {
      flapping.linked = false;
      simulation.seconds(20);
      flapping.linked = true;
      simulation.seconds(15);
    }

    simulation.assertSettled();
    assertThat(payments.openedEver()).isEqualTo(3);
    assertThat(lease(deployment, "web-1").observed().downtimeSeconds()).isBetween(90L, 130L);
  }

  @Test
  void hub_restarted_movesNothingAndPaysNothingTwice() {
    Digest deployment = running(3, Spread.HOSTS, true);

    simulation.writesToLive = 0;
    simulation.want(deployment, "web-1", Instance.Wanted.RESTARTED);
    simulation.seconds(60);
    assertThat(simulation.restarts).isEqualTo(1);

    simulation.seconds(60);
    assertThat(payments.openedEver()).isEqualTo(3);
  }

  @Test
  void drain_hostWithAndWithoutVolumes_isClearedAndNothingIsLost() {
    Digest deployment = running(2, Spread.HOSTS, false);
    Digest other = simulation.deploy(Simulation.web("db", 1, Spread.NONE, true));
    simulation.seconds(20);
    for (Digest each : List.of(deployment, other)) {
      SimulatedHost leaving = hostOf(each, "web-1");
      leaving.wish = HostWatch.Wish.CLEAR;
      simulation.seconds(30);

      assertThat(leaving.instances()).isEmpty();
      assertThat(simulation.store.deploymentsOn(leaving.id)).isEmpty();
      simulation.assertSettled();
    }
  }

  @Test
  void drain_withoutVolumes_neverHasFewerRunning() {
    Digest deployment = running(1, Spread.HOSTS, false);
    Instance instance = Simulation.instance(book(deployment), "web-1");
    hostOf(deployment, "web-1").wish = HostWatch.Wish.CLEAR;

    for (int i = 0; i < 30; i++) {
      simulation.seconds(1);
      assertThat(simulation.hosts).anyMatch(host -> host.running(instance.id()).isPresent());
    }
    assertThat(lease(deployment, "web-1").generation()).isEqualTo(2);
  }

  @Test
  void reclaim_whereOthersHaveRoom_movesBeforeTheOwnerHasItBack() {
    Digest deployment = running(1, Spread.NONE, true);
    SimulatedHost home = hostOf(deployment, "web-1");
    Instant back = simulation.clock.instant().plusSeconds(600);

    simulation.reclaim(home, Duration.ofMinutes(10));
    assertThat(events(deployment)).contains(Warnings.reclaimed(home.name, back));
    assertThat(warnings(deployment, BigInteger.TWO.pow(60), back.plus(Duration.ofDays(9))))
        .containsExactly("web-1.shop: " + Warnings.reclaimed(home.name, back));
    simulation.seconds(60);

    assertThat(home.instances()).isEmpty();
    simulation.assertSettled();
    assertThat(warnings(deployment, BigInteger.TWO.pow(60), back.plus(Duration.ofDays(9))))
        .isEmpty();
  }

  /** All but one of the hosts are away: nothing can move. */
  private SimulatedHost alone(Digest deployment) {
    SimulatedHost home = hostOf(deployment, "web-1");
    simulation.hosts.stream().filter(host -> host != home).forEach(SimulatedHost::kill);
    simulation.seconds(60);
    return home;
  }

  @Test
  void reclaim_withoutRoomElsewhere_stopsAtItsTimeAndKeepsTheDisk() {
    Digest deployment = running(1, Spread.NONE, false);
    SimulatedHost home = alone(deployment);
    Instance instance = Simulation.instance(book(deployment), "web-1");
    Digest paid = lease(deployment, "web-1").terms().offer().orElseThrow().lease();

    simulation.reclaim(home, Duration.ofMinutes(2));
    simulation.seconds(110);
    assertThat(home.running(instance.id())).as("within the grace").contains(1L);
    simulation.seconds(30);

    assertThat(home.running(instance.id())).isEmpty();
    assertThat(home.instances()).containsExactly(instance.id());
    Lease lease = lease(deployment, "web-1");
    assertThat(lease.state()).isEqualTo(Lease.State.STOPPED);
    assertThat(lease.payment().reason()).isEqualTo(CloseReasons.HOST_LEAVES);
    assertThat(payments.lease(paid)).as("no longer paid").isEmpty();
    assertThat(simulation.store.promised())
        .hasEntrySatisfying(home.id, promised -> assertThat(promised.milliVcpus()).isZero());
    assertThat(events(deployment))
        .anyMatch(text ->
            text.startsWith("its host %s is its owner's again: it is stopped".formatted(home.name))
                && text.endsWith(
                    lease.ordered().keepUntil().truncatedTo(ChronoUnit.SECONDS).toString()));
    assertThat(book(deployment).deployment().trouble()).startsWith("web-1 has no host: ");

    simulation.resume(home);
    simulation.seconds(40);
    assertThat(home.running(instance.id())).as("where its disk is").contains(1L);
    simulation.seconds(60);
    simulation.assertSettled();
  }

  @Test
  void reclaim_withAVolumeAndNoRoom_takesItOffAndGoesOnElsewhere() {
    Digest deployment = running(1, Spread.NONE, true);
    SimulatedHost home = alone(deployment);
    Instance instance = Simulation.instance(book(deployment), "web-1");

    simulation.reclaim(home, Duration.ZERO);
    simulation.seconds(20);

    assertThat(home.instances()).as("removed, after a last snapshot").isEmpty();
    assertThat(leaseOn(deployment, home).payment().reason()).isEqualTo(CloseReasons.HOST_LEAVES);
    assertThat(payments.openLeases()).isEmpty();
    simulation.hosts.stream().filter(host -> host != home).forEach(SimulatedHost::start);
    simulation.seconds(120);
    assertThat(hostOf(deployment, "web-1").running(instance.id())).contains(2L);
    simulation.assertSettled();
  }

  @Test
  void reclaim_hubRestartedMeanwhile_isCarriedOutAllTheSame() {
    Digest deployment = running(1, Spread.NONE, false);
    SimulatedHost home = alone(deployment);
    Instance instance = Simulation.instance(book(deployment), "web-1");

    simulation.reclaim(home, Duration.ofMinutes(1));
    for (int write = 0; write < 6; write++) {
      simulation.writesToLive = write;
      simulation.seconds(90);
    }
    simulation.writesToLive = -1;
    simulation.seconds(90);

    assertThat(simulation.restarts).isPositive();
    assertThat(home.running(instance.id())).isEmpty();
    assertThat(lease(deployment, "web-1").state()).isEqualTo(Lease.State.STOPPED);
  }

  @Test
  void reclaim_endedAtOnce_startsWhereItWas() {
    Digest deployment = running(1, Spread.NONE, false);
    SimulatedHost home = alone(deployment);

    simulation.reclaim(home, Duration.ZERO);
    simulation.resume(home);
    simulation.seconds(120);

    assertThat(hostOf(deployment, "web-1")).isSameAs(home);
    simulation.assertSettled();
    assertThat(simulation.store.standings()).containsEntry(home.id, new Standing(1, 0));
  }

  @Test
  void stop_thenStart_keepsTheDataOnItsHostAndPaysOnlyWhileItRuns() {
    Digest deployment = running(1, Spread.NONE, true);
    SimulatedHost host = hostOf(deployment, "web-1");

    simulation.want(deployment, "web-1", Instance.Wanted.STOPPED);
    simulation.seconds(20);
    simulation.assertSettled();
    assertThat(payments.openLeases()).isEmpty();
    assertThat(host.instances()).hasSize(1);
    simulation.want(deployment, "web-1", Instance.Wanted.RUNNING);
    simulation.seconds(20);

    simulation.assertSettled();
    assertThat(hostOf(deployment, "web-1")).isSameAs(host);
    assertThat(lease(deployment, "web-1").generation()).isEqualTo(1);
    assertThat(payments.openedEver()).isEqualTo(2);
  }

  @Test
  void stop_longerThanDataAreKept_removesThem() {
    Digest deployment = running(1, Spread.NONE, true);
    SimulatedHost host = hostOf(deployment, "web-1");
    simulation.want(deployment, "web-1", Instance.Wanted.STOPPED);

    simulation.seconds((int) ComputeSettings.DEFAULT.keep().toSeconds() + 60);

    assertThat(host.instances()).isEmpty();
    assertThat(book(deployment).leases()).isEmpty();
    assertThat(events(deployment)).contains("its data are no longer kept");
  }

  @Test
  void restart_running_isStoppedAndStartedUnderTheSameLease() {
    Digest deployment = running(1, Spread.NONE, true);
    long revision = lease(deployment, "web-1").ordered().revision();

    simulation.want(deployment, "web-1", Instance.Wanted.RESTARTED);
    simulation.seconds(30);

    simulation.assertSettled();
    assertThat(lease(deployment, "web-1").ordered().revision()).isEqualTo(revision + 2);
    assertThat(payments.openedEver()).isEqualTo(1);
  }

  @Test
  void resize_whereThereIsRoom_isLiveUnderALeaseAtTheNewPrice() {
    Digest deployment = running(1, Spread.NONE, true);
    Instance instance = Simulation.instance(book(deployment), "web-1");
    SimulatedHost host = hostOf(deployment, "web-1");
    InstanceSize larger =
        new InstanceSize(3500, ByteSize.ofGibibytes(7), ByteSize.ofGibibytes(1), 0);

    simulation.resize(deployment, "web-1", larger);
    for (int i = 0; i < 20; i++) {
      simulation.seconds(1);
      assertThat(host.running(instance.id())).as("it runs on").contains(1L);
    }

    simulation.assertSettled();
    assertThat(host.memory(instance.id())).isEqualTo(ByteSize.ofGibibytes(7));
    assertThat(payments.lease(lease(deployment, "web-1").terms().offer().orElseThrow().lease()))
        .map(LeasePayments.OpenLease::unitsPerSecond)
        .contains("35000");
  }

  @Test
  void resize_whereThereIsNoRoom_isToldAndChangesNothing() {
    Digest deployment = running(1, Spread.NONE, true);

    simulation.resize(
        deployment,
        "web-1",
        new InstanceSize(9000, ByteSize.ofGibibytes(1), ByteSize.ofGibibytes(1), 0));
    simulation.seconds(20);

    simulation.assertSettled();
    assertThat(events(deployment)).anyMatch(text -> text.startsWith("not resized: "));
    assertThat(Simulation.instance(book(deployment), "web-1").size().milliVcpus()).isEqualTo(1000);
  }

  @Test
  void scale_upAndDown_addsAndRemovesTheHighestNumbers() {
    Digest deployment = running(1, Spread.HOSTS, false);

    simulation.scale(deployment, 4);
    simulation.seconds(20);
    simulation.assertSettled();
    assertThat(book(deployment).instances()).hasSize(4);
    simulation.scale(deployment, 2);
    simulation.seconds(20);

    simulation.assertSettled();
    assertThat(book(deployment).instances())
        .extracting(Instance::name)
        .containsExactly("web-1", "web-2");
  }

  @Test
  void remove_oneInstance_isReplacedByAFreshOneOfItsName() {
    Digest deployment = running(2, Spread.HOSTS, true);
    Instance before = Simulation.instance(book(deployment), "web-1");

    simulation.want(deployment, "web-1", Instance.Wanted.REMOVED);
    simulation.seconds(40);

    simulation.assertSettled();
    assertThat(Simulation.instance(book(deployment), "web-1").id()).isNotEqualTo(before.id());
    assertThat(payments.openedEver()).isEqualTo(3);
  }

  @Test
  void volume_inUseByAnotherDeployment_isWaitedForWithoutMoney() {
    Digest first = running(1, Spread.NONE, true);
    DeploymentSpec spec = Simulation.web("shop", 1, Spread.NONE, true);
    Digest second =
        simulation.deploy(
            new DeploymentSpec(
                "rival", spec.services(), false, Optional.empty(), Optional.empty()));
    simulation.seconds(20);

    assertThat(book(second).deployment().trouble())
        .isEqualTo("web-1 waits: volume 'shop-data' is in use by shop/web-1");
    assertThat(payments.openedEver()).isEqualTo(1);
    simulation.remove(first);
    simulation.seconds(40);
    simulation.assertSettled();
  }

  @Test
  void scale_beyondWhatThereIs_keepsTheRestAndSaysWhatIsMissing() {
    Digest deployment = running(5, Spread.HOSTS, false);

    simulation.scale(deployment, 6);
    simulation.seconds(20);

    assertThat(book(deployment).deployment().trouble()).startsWith("web-6 has no host: ");
    simulation.scale(deployment, 50);
    simulation.seconds(20);
    assertThat(events(deployment).stream().filter(text -> text.contains("has no host"))).hasSize(1);
    assertThat(payments.openLeases()).hasSize(5);
    simulation.scale(deployment, 5);
    simulation.seconds(20);
    simulation.assertSettled();
  }

  @Test
  void command_thatEndsAgainAndAgain_staysOnItsHostWhichIsNotBlamed() {
    SimulatedHost first = probe(simulation);
    first.manner = SimulatedHost.Manner.CRASHING;
    Digest deployment = simulation.deploy(Simulation.web("shop", 1, Spread.NONE, false));

    simulation.seconds(300);

    assertThat(lease(deployment, "web-1").host()).isEqualTo(first.id);
    assertThat(simulation.store.leases(deployment)).hasSize(1);
    assertThat(simulation.store.standings().getOrDefault(first.id, Standing.NONE).reputation())
        .isEqualTo(Standing.NONE.reputation());
    assertThat(events(deployment))
        .contains("was started on %s, and its command has ended".formatted(first.name));
  }

  @Test
  void hosts_thatLie_areReplacedAndTheirReputationSuffers() {
    for (SimulatedHost.Manner manner :
        List.of(
            SimulatedHost.Manner.IDLE, SimulatedHost.Manner.REFUSING, SimulatedHost.Manner.DEAR)) {
      Simulation liars = new Simulation(1, 2, true);
      SimulatedHost first = probe(liars);
      first.manner = manner;
      liars.deploy(Simulation.web("shop", 1, Spread.NONE, false));

      liars.seconds(90);

      liars.assertSettled();
      assertThat(liars.store.standings()).as("%s", manner).containsKey(first.id);
      assertThat(liars.store.standings().getOrDefault(first.id, Standing.NONE).reputation())
          .as("%s", manner)
          .isLessThan(1);
      assertThat(first.instances()).isEmpty();
    }
  }

  private static DeploymentSpec checked() {
    DeploymentSpec spec = Simulation.web("shop", 1, Spread.NONE, false);
    ServiceSpec web = spec.services().getFirst();
    return spec.withServices(
        List.of(
            new ServiceSpec(
                web.name(),
                web.image(),
                web.command(),
                web.environment(),
                web.secrets(),
                web.size(),
                web.replicas(),
                web.spread(),
                web.labels(),
                web.volumes(),
                web.ports(),
                web.restart(),
                Optional.of(
                    new HealthCheck(
                        HealthCheck.Kind.TCP,
                        80,
                        "",
                        List.of(),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        3)))));
  }

  private static HostStreams refusing() {
    return (host, name, request, timeout) -> {
      throw new ZansocException(ErrorCode.UNREACHABLE, "nothing listens");
    };
  }

  @Test
  void host_thatCallsADeadPortHealthy_isReplacedAfterThreeProbes() {
    simulation.hosts.forEach(host -> host.health = InstanceStatus.Health.HEALTHY);
    Digest deployment = simulation.deploy(checked());
    simulation.seconds(20);
    SimulatedHost liar = hostOf(deployment, "web-1");
    HealthProbes probes = simulation.probes(refusing());
    for (int i = 1; i < HealthProbes.FAILURES; i++) {
      probes.tick();
      simulation.seconds(30);
      assertThat(hostOf(deployment, "web-1")).isSameAs(liar);
    }

    probes.tick();
    simulation.seconds(30);

    simulation.assertSettled();
    assertThat(hostOf(deployment, "web-1")).isNotSameAs(liar);
    assertThat(simulation.store.standings()).containsEntry(liar.id, new Standing(0, 1));
  }

  @Test
  void host_thatCallsADeadPortUnhealthy_isHonest() {
    simulation.hosts.forEach(host -> host.health = InstanceStatus.Health.UNHEALTHY);
    Digest deployment = simulation.deploy(checked());
    simulation.seconds(20);
    HealthProbes probes = simulation.probes(refusing());

    for (int i = 0; i < 2 * HealthProbes.FAILURES; i++) {
      probes.tick();
      simulation.seconds(30);
    }

    simulation.assertSettled();
    assertThat(lease(deployment, "web-1").number()).isEqualTo(1);
  }

  @Test
  void host_thatMakesNoOffer_isPassedOverWithoutMoney() {
    Simulation unwilling = new Simulation(1, 2, true);
    SimulatedHost first = probe(unwilling);
    first.manner = SimulatedHost.Manner.UNWILLING;
    unwilling.deploy(Simulation.web("shop", 1, Spread.NONE, false));

    unwilling.seconds(90);

    unwilling.assertSettled();
    assertThat(unwilling.payments.orElseThrow().openedEver())
        .as("the probe's and this one")
        .isEqualTo(2);
    assertThat(unwilling.store.standings().getOrDefault(first.id, Standing.NONE).broken()).isZero();
  }

  @Test
  void host_silentYetReady_isNotChosen() {
    Simulation partly = new Simulation(1, 2, true);
    SimulatedHost first = probe(partly);
    first.heard = false;
    partly.seconds(1);
    Digest deployment = partly.deploy(Simulation.web("shop", 1, Spread.NONE, false));

    partly.seconds(60);

    assertThat(Simulation.instance(partly.store.book(deployment).orElseThrow(), "web-1").leases())
        .as("the first that was planned")
        .isEqualTo(1);
    partly.assertSettled();
  }

  /** The host that is chosen first. */
  private static SimulatedHost probe(Simulation simulation) {
    Digest deployment = simulation.deploy(Simulation.web("probe", 1, Spread.NONE, false));
    simulation.seconds(20);
    Lease lease = simulation.store.book(deployment).orElseThrow().leases().getFirst();
    simulation.remove(deployment);
    simulation.seconds(20);
    simulation.assertEmpty();
    return simulation.host(lease.host());
  }

  @Test
  void duration_over_removesTheDeploymentAndPaysNoFurther() {
    var spec = Simulation.web("shop", 1, Spread.NONE, false);
    Digest deployment =
        simulation.deploy(
            new DeploymentSpec(
                spec.name(),
                spec.services(),
                false,
                Optional.empty(),
                Optional.of(Duration.ofMinutes(45))));

    simulation.seconds(46 * 60);

    simulation.assertEmpty();
    assertThat(events(deployment)).contains("its time is over", "removed");
  }

  @Test
  void mandate_allowsNotTheRateOfAMove_saysWhatIsWrongAndWhatToDo() {
    Digest deployment = running(1, Spread.NONE, false);
    SimulatedHost home = hostOf(deployment, "web-1");
    Lease lease = lease(deployment, "web-1");
    BigInteger rate = Compensation.rate(lease);
    Money price = lease.terms().perHour();
    payments.limit(deployment, rate.add(rate.shiftRight(1)));

    home.wish = HostWatch.Wish.CLEAR;
    simulation.seconds(30);

    String trouble = book(deployment).deployment().trouble();
    Lease refused = simulation.store.leases(deployment).getLast();
    assertThat(trouble)
        .isEqualTo(
            "not paid: web-1 costs %s an hour on %s; with the other leases that is %s an hour, and the mandate allows %s together; to allow more: zansoc deployment pay shop 24h"
                .formatted(
                    price,
                    simulation.host(refused.host()).name,
                    new Money(2 * price.microDollars()),
                    new Money(3 * price.microDollars() / 2)));
    assertThat(events(deployment)).containsOnlyOnce(trouble);
    assertThat(home.instances()).as("runs on where it is").hasSize(1);
    DeploymentView view = simulation.deployments().view(Simulation.TENANT, "shop");
    assertThat(view.warnings()).containsExactly("shop: " + trouble);
    assertThat(view.payment().orElseThrow().unitsPerSecond()).isEqualTo(rate.toString());
    assertThat(view.payment().orElseThrow().askedUnitsPerSecond()).isEqualTo(rate.toString());
    assertThat(view.payment().orElseThrow().askedPerHour()).isEqualTo(price);

    payments.limit(deployment, rate.shiftLeft(1));
    simulation.seconds(120);
    assertThat(home.instances()).isEmpty();
    simulation.assertSettled();
    assertThat(
            simulation
                .deployments()
                .view(Simulation.TENANT, "shop")
                .payment()
                .orElseThrow()
                .askedUnitsPerSecond())
        .isEqualTo("0");
  }

  @Test
  void mandate_spent_warnsAndStopsAndGoesOnWhenThereIsMore() {
    Digest deployment = running(1, Spread.NONE, true);
    SimulatedHost host = hostOf(deployment, "web-1");
    String left = payments.mandate("", deployment).orElseThrow().leftUnits();
    payments.allow(deployment, new BigInteger(left).negate());

    simulation.seconds(15 * 60);
    assertThat(book(deployment).deployment().trouble()).contains("the mandate is spent");
    simulation.seconds(15 * 60);
    assertThat(payments.openLeases()).isEmpty();
    assertThat(host.instances()).hasSize(1);
    payments.allow(deployment, BigInteger.valueOf(1_000_000_000L));
    simulation.seconds(180);

    simulation.assertSettled();
    assertThat(hostOf(deployment, "web-1")).isSameAs(host);
    Instant now = simulation.clock.instant();
    assertThat(lease(deployment, "web-1").ordered().paidUntil()).isAfter(now);
  }

  @Test
  void receipts_ofARunningInstance_areSignedByBothAndKeptByBoth() {
    Digest deployment = running(1, Spread.NONE, false);
    Instance instance = Simulation.instance(book(deployment), "web-1");
    SimulatedHost host = hostOf(deployment, "web-1");

    simulation.seconds(65 * 60);
    simulation.remove(deployment);
    simulation.seconds(60);

    List<UsageReceipt.Signed> receipts = simulation.store.receipts(deployment);
    assertThat(receipts)
        .extracting(its -> its.receipt().period().number())
        .containsExactly(1L, 2L, 3L);
    assertThat(host.receipt(instance.id())).contains(receipts.getLast());
    assertThat(receipts.getLast().receipt().used().runningSeconds())
        .isBetween(65 * 60 - 10L, 66 * 60L);
    assertThat(receipts.getLast().receipt().used().downtimeSeconds()).isZero();
    simulation.assertEmpty(List.of(deployment));
  }

  @Test
  void host_thatClaimsMoreThanTheHubSaw_getsNoSignatureAndLosesReputation() {
    Digest deployment = running(1, Spread.NONE, false);
    SimulatedHost liar = hostOf(deployment, "web-1");
    liar.manner = SimulatedHost.Manner.BOASTFUL;

    simulation.seconds(31 * 60);

    assertThat(simulation.store.receipts(deployment)).isEmpty();
    assertThat(simulation.store.standings().getOrDefault(liar.id, Standing.NONE).broken())
        .isPositive();
    assertThat(simulation.store.events(deployment))
        .anyMatch(event -> event.text().contains("claims that it ran for"));
    assertThat(hostOf(deployment, "web-1")).isNotSameAs(liar);
  }

  @Test
  void hostKilled_afterALongLease_itsDowntimeIsGivenBackWhole() {
    Digest deployment = running(1, Spread.NONE, false);
    simulation.seconds(20 * 60);
    SimulatedHost dead = hostOf(deployment, "web-1");

    dead.kill();
    simulation.seconds(120);

    Lease lost = leaseOn(deployment, dead);
    Lease.Settled settled = lost.payment().settled().orElseThrow();
    assertThat(settled.downtimeSeconds()).isBetween(45L, 60L);
    assertThat(new BigInteger(settled.compensationUnits()))
        .isEqualTo(Compensation.rate(lost).multiply(BigInteger.valueOf(settled.downtimeSeconds())));
    assertThat(payments.compensated()).isEqualTo(new BigInteger(settled.compensationUnits()));
    assertThat(simulation.store.compensations(deployment))
        .singleElement()
        .matches(ComputeStore.Owed::paid);
  }

  @Test
  void hostKilled_soonAfterTheStart_noMoreIsGivenBackThanTheCommission() {
    Digest deployment = running(1, Spread.NONE, false);
    SimulatedHost dead = hostOf(deployment, "web-1");

    dead.kill();
    simulation.seconds(120);

    Lease.Settled settled = leaseOn(deployment, dead).payment().settled().orElseThrow();
    assertThat(settled.downtimeSeconds()).isGreaterThan(settled.charge().seconds() / 10);
    assertThat(new BigInteger(settled.compensationUnits()))
        .isEqualTo(new BigInteger(settled.charge().units()).divide(BigInteger.TEN));
  }

  private Lease leaseOn(Digest deployment, SimulatedHost host) {
    return simulation.store.leases(deployment).stream()
        .filter(lease -> lease.host().equals(host.id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void leases_openOverMidnight_areSettledOnceADay() {
    Digest deployment = running(2, Spread.HOSTS, false);
    Digest lease = lease(deployment, "web-1").terms().offer().orElseThrow().lease();
    assertThat(payments.settledUntil(lease)).isEmpty();

    Instant now = simulation.clock.instant();
    Instant midnight = now.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1));
    simulation.seconds((int) Duration.between(now, midnight).toSeconds() + 60);

    assertThat(payments.settledUntil(lease).orElseThrow())
        .isBetween(midnight, midnight.plusSeconds(60));
    simulation.assertSettled();
  }

  @Test
  void warnings_beforeTheMoneyEndsAndWhileStopped_sayWhatToDo() {
    Digest deployment = running(1, Spread.NONE, false);
    Lease lease = lease(deployment, "web-1");
    Instant now = simulation.clock.instant();
    BigInteger hour = Compensation.rate(lease).multiply(BigInteger.valueOf(3600));

    assertThat(
            warnings(
                deployment, hour.multiply(BigInteger.valueOf(24)), now.plus(Duration.ofDays(2))))
        .isEmpty();
    assertThat(warnings(deployment, hour, now.plus(Duration.ofDays(2))))
        .singleElement()
        .asString()
        .contains(
            lease
                .ordered()
                .paidUntil()
                .plusSeconds(3600)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString())
        .contains("zansoc deployment pay shop");
    assertThat(warnings(deployment, hour.multiply(BigInteger.valueOf(24)), now.plusSeconds(1800)))
        .singleElement()
        .asString()
        .contains(now.plusSeconds(1800).truncatedTo(ChronoUnit.SECONDS).toString());

    simulation.want(deployment, "web-1", Instance.Wanted.STOPPED);
    simulation.seconds(20);

    Instant kept = lease(deployment, "web-1").ordered().keepUntil();
    assertThat(warnings(deployment, hour, now.plus(Duration.ofDays(2))))
        .containsExactly(
            "web-1.shop is stopped; its data are kept until "
                + kept.truncatedTo(ChronoUnit.SECONDS));
  }

  @Test
  void remove_withWarnings_takesThemAlongAtOnce() {
    Digest deployment = running(2, Spread.HOSTS, false);
    simulation.want(deployment, "web-1", Instance.Wanted.STOPPED);
    simulation.seconds(20);
    simulation.scale(deployment, 40);
    simulation.seconds(20);
    Deployments deployments = simulation.deployments();
    deployments.look();
    assertThat(deployments.warnings(Simulation.TENANT))
        .hasSize(2)
        .anyMatch(text -> text.startsWith("web-1.shop is stopped"));

    deployments.remove(Simulation.TENANT, "shop");

    assertThat(deployments.warnings(Simulation.TENANT)).isEmpty();
    assertThat(book(deployment).deployment().trouble()).isEmpty();
  }

  private List<String> warnings(Digest deployment, BigInteger left, Instant expiry) {
    return Warnings.of(
        book(deployment),
        Optional.of(new LeasePayments.Mandate(left.toString(), "1000000", expiry)),
        simulation.watch(),
        simulation.clock.instant());
  }
}
