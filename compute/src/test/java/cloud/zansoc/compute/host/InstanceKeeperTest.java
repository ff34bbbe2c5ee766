package cloud.zansoc.compute.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.HealthCheck;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceOrder.Wanted;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.InstanceStatus.Health;
import cloud.zansoc.compute.api.InstanceStatus.State;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.compute.engine.Await;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.engine.Specs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstanceKeeperTest {
  private static final InstanceId ID = new InstanceId(1, 2);
  private static final InstanceId OTHER = new InstanceId(3, 4);
  private static final InstanceSpec SLEEPER = Specs.of(ID, MemoryEngine.IMAGE, "sleep", "3600");
  private static final InstanceSpec WITH_VOLUME =
      Specs.of(
          ID,
          MemoryEngine.IMAGE,
          Map.of(),
          List.of(
              new InstanceSpec.Volume(
                  "v1",
                  new VolumeMount(
                      "data", "/data", ByteSize.ofMebibytes(10), Duration.ofSeconds(10)))),
          Specs.SIZE,
          List.of("sleep", "3600"));

  @TempDir private Path folder;
  private KeptHost host;

  @BeforeEach
  void open() {
    host = new KeptHost(folder.resolve("instances"), 1);
    host.time.settle();
    host.heartbeat();
  }

  @Test
  void order_newInstance_runs() {
    InstanceStatus first = host.order(host.wanted(SLEEPER));
    assertThat(first.state()).isEqualTo(State.PREPARING);

    host.time.settle();

    InstanceStatus status = host.status(ID);
    assertThat(status.state()).isEqualTo(State.RUNNING);
    assertThat(status.generation()).isEqualTo(1);
    assertThat(status.isReachable()).isTrue();
    assertThat(host.engineState(ID)).contains(EngineInstance.State.RUNNING);
    assertThat(host.keeper().engineOf(ID)).isSameAs(host.engine);
  }

  @Test
  void order_theSameAgain_changesNothing() {
    InstanceOrder order = host.wanted(SLEEPER);
    InstanceStatus before = host.settle(order);
    assertThat(host.settle(order)).isEqualTo(before);
  }

  @Test
  void order_olderOrOtherWithTheSameNumbers_conflict() {
    host.settle(host.wanted(SLEEPER, 5, 5, Wanted.RUNNING));
    refuses(
        ErrorCode.CONFLICT,
        "is older",
        () -> host.order(host.wanted(SLEEPER, 4, 9, Wanted.REMOVED)));
    refuses(
        ErrorCode.CONFLICT,
        "is older",
        () -> host.order(host.wanted(SLEEPER, 5, 4, Wanted.STOPPED)));
    refuses(
        ErrorCode.CONFLICT,
        "count the revision up",
        () -> host.order(host.wanted(SLEEPER, 5, 5, Wanted.STOPPED)));
    assertThat(host.status(ID).state()).isEqualTo(State.RUNNING);
  }

  @Test
  void order_afterARestartOfTheAgent_isStillThere() {
    host.settle(host.wanted(SLEEPER));
    host.live(Duration.ofMinutes(1));

    host.restart();

    assertThat(host.status(ID).state()).isEqualTo(State.RUNNING);
    assertThat(host.status(ID).runningSeconds()).isBetween(50L, 60L);
    host.time.settle();
    assertThat(host.status(ID).state()).isEqualTo(State.RUNNING);
    refuses(
        ErrorCode.CONFLICT, "older", () -> host.order(host.wanted(SLEEPER, 0, 1, Wanted.REMOVED)));
  }

  @Test
  void order_stoppedAndRunningAgain_startsWhateverThePolicy() {
    host.settle(host.wanted(SLEEPER));
    assertThat(host.settle(host.wanted(SLEEPER, 1, 2, Wanted.STOPPED)).state())
        .isEqualTo(State.STOPPED);
    assertThat(host.engineState(ID)).contains(EngineInstance.State.EXITED);
    host.live(Duration.ofMinutes(2));
    assertThat(host.engineState(ID)).contains(EngineInstance.State.EXITED);

    assertThat(host.settle(host.wanted(SLEEPER, 1, 3, Wanted.RUNNING)).state())
        .isEqualTo(State.RUNNING);
    assertThat(host.status(ID).restarts()).isZero();
  }

  @Test
  void order_removed_leavesNothingAndIsRemembered() {
    host.settle(host.wanted(WITH_VOLUME));
    assertThat(host.volumes.attached).containsEntry("v1", 1L);

    host.settle(host.wanted(WITH_VOLUME, 1, 2, Wanted.REMOVED));

    assertThat(host.status(ID).state()).isEqualTo(State.REMOVED);
    assertThat(host.engineState(ID)).isEmpty();
    assertThat(host.volumes.detached).containsExactly("v1 with a snapshot");
    host.restart();
    host.time.settle();
    assertThat(host.settle(host.wanted(WITH_VOLUME, 1, 2, Wanted.REMOVED)).state())
        .isEqualTo(State.REMOVED);
    refuses(
        ErrorCode.CONFLICT,
        "was removed here in generation 1",
        () -> host.order(host.wanted(WITH_VOLUME, 1, 3, Wanted.RUNNING)));
    assertThat(host.settle(host.wanted(WITH_VOLUME, 2, 1, Wanted.RUNNING)).state())
        .isEqualTo(State.RUNNING);
  }

  @Test
  void statuses_hubNoLongerNamesARemovedOne_isForgotten() {
    host.settle(host.wanted(SLEEPER));
    host.settle(host.wanted(SLEEPER, 1, 2, Wanted.REMOVED));
    assertThat(host.keeper().statuses(Set.of(ID))).hasSize(1);
    assertThat(host.keeper().statuses(Set.of())).isEmpty();
    assertThat(host.settle(host.wanted(SLEEPER)).state()).isEqualTo(State.RUNNING);
    assertThat(host.keeper().statuses(Set.of())).hasSize(1);
  }

  @Test
  void order_newGeneration_replacesWhatTheOlderMade() {
    host.settle(host.wanted(WITH_VOLUME));
    Optional<Long> process = host.engine.find(ID).orElseThrow().process();

    InstanceStatus status = host.settle(host.wanted(WITH_VOLUME, 3, 1, Wanted.RUNNING));

    assertThat(status.generation()).isEqualTo(3);
    assertThat(status.state()).isEqualTo(State.RUNNING);
    assertThat(status.runningSeconds()).isZero();
    assertThat(host.engine.find(ID).orElseThrow().process()).isNotEqualTo(process);
    assertThat(host.volumes.detached).containsExactly("v1 as it is");
    assertThat(host.volumes.attached).containsEntry("v1", 3L);
  }

  @Test
  void order_otherSize_isResizedWhileItRuns() {
    host.settle(host.wanted(SLEEPER));
    Optional<Long> process = host.engine.find(ID).orElseThrow().process();
    InstanceSize larger = new InstanceSize(1_000, ByteSize.ofMebibytes(128), Specs.SIZE.disk(), 0);

    host.settle(host.wanted(SLEEPER.resized(larger), 1, 2, Wanted.RUNNING));

    assertThat(host.engine.spec(ID).orElseThrow().size()).isEqualTo(larger);
    assertThat(host.engine.find(ID).orElseThrow().process()).isEqualTo(process);
  }

  @Test
  void order_beyondWhatIsLent_saysWhatLacks() {
    InstanceSize half = new InstanceSize(3_000, ByteSize.ofMebibytes(600), Specs.SIZE.disk(), 1);
    host.settle(host.wanted(SLEEPER.resized(half)));
    InstanceSpec second = Specs.of(OTHER, MemoryEngine.IMAGE, "sleep", "3600").resized(half);
    refuses(
        ErrorCode.NO_SPACE,
        "it lacks 2 of 4 vCPUs, 176 MiB of 1.00 GiB of memory, 1 of 1 GPUs",
        () -> host.order(host.wanted(second)));
    assertThat(host.keeper().count()).isEqualTo(1);
    assertThat(host.keeper().free().milliVcpus()).isEqualTo(1_000);

    host.keeper().lend(Amounts.NOTHING);
    assertThat(host.settle(host.wanted(SLEEPER.resized(half), 1, 2, Wanted.RUNNING)).state())
        .as("what was promised stays so")
        .isEqualTo(State.RUNNING);
  }

  @Test
  void order_afterOneToRemoveOfAnotherSize_isMeasuredByWhatIsLent() {
    InstanceSize huge = new InstanceSize(64_000, Specs.SIZE.memory(), Specs.SIZE.disk(), 0);
    host.settle(host.wanted(SLEEPER));
    host.order(host.wanted(SLEEPER.resized(huge), 1, 2, Wanted.REMOVED));
    refuses(
        ErrorCode.NO_SPACE,
        "of 4 vCPUs",
        () -> host.order(host.wanted(SLEEPER.resized(huge), 2, 1, Wanted.RUNNING)));
  }

  @Test
  void order_hostTakesNothingNew_oldOnesStay() {
    host.settle(host.wanted(SLEEPER));
    host.refusal = Optional.of(new ZansocException(ErrorCode.HOST_PAUSED, "it is draining"));
    InstanceSpec second = Specs.of(OTHER, MemoryEngine.IMAGE, "sleep", "3600");
    refuses(ErrorCode.HOST_PAUSED, "draining", () -> host.order(host.wanted(second)));
    assertThat(host.settle(host.wanted(SLEEPER, 1, 2, Wanted.RUNNING)).state())
        .isEqualTo(State.RUNNING);
    assertThat(host.settle(host.wanted(second, 1, 1, Wanted.REMOVED)).state())
        .isEqualTo(State.REMOVED);
  }

  @Test
  void paidUntil_passes_stopsAndLaterRemoves() {
    Instant paid = host.time.now().plusSeconds(100);
    InstanceOrder order = KeptHost.paid(host.wanted(WITH_VOLUME), paid, paid.plusSeconds(300));
    host.settle(order);
    host.live(Duration.ofSeconds(99));
    host.heartbeat();
    assertThat(host.status(ID).state()).isEqualTo(State.RUNNING);

    host.time.advance(Duration.ofSeconds(1));
    assertThat(host.status(ID).state()).isEqualTo(State.STOPPED);
    assertThat(host.status(ID).reason()).contains("paid until");
    assertThat(host.engineState(ID)).contains(EngineInstance.State.EXITED);
    assertThat(host.status(ID).runningSeconds()).isBetween(98L, 100L);

    InstanceOrder longer = KeptHost.paid(order, paid.plusSeconds(60), paid.plusSeconds(300));
    assertThat(host.settle(longer).state()).isEqualTo(State.RUNNING);
    host.live(Duration.ofSeconds(70));
    assertThat(host.status(ID).state()).isEqualTo(State.STOPPED);
    assertThat(host.volumes.attached).containsKey("v1");

    host.live(Duration.ofMinutes(5));
    assertThat(host.status(ID).state()).isEqualTo(State.REMOVED);
    assertThat(host.status(ID).reason()).contains("its data kept until");
    assertThat(host.engineState(ID)).isEmpty();
    assertThat(host.volumes.detached).containsExactly("v1 with a snapshot");
  }

  @Test
  void paidUntil_wrongClockOfTheHost_hubsTimeCounts() {
    host.time.setWallError(Duration.ofHours(-5));
    host.heartbeat();
    Instant paid = host.time.now().plusSeconds(100);
    host.settle(KeptHost.paid(host.wanted(SLEEPER), paid, paid.plusSeconds(900)));
    host.live(Duration.ofSeconds(95));
    assertThat(host.status(ID).state()).isEqualTo(State.RUNNING);
    host.time.setWallError(Duration.ofHours(-7));
    host.time.advance(Duration.ofSeconds(6));
    assertThat(host.status(ID).state()).isEqualTo(State.STOPPED);
  }

  @Test
  void image_missing_failsUntilItIsThere() {
    InstanceSpec spec = Specs.of(ID, "test/later:1", "sleep", "3600");
    assertThat(host.settle(host.wanted(spec)).state()).isEqualTo(State.FAILED);
    assertThat(host.status(ID).reason()).contains("test/later:1");

    host.engine.publish("test/later:1");
    host.live(Duration.ofSeconds(65));

    assertThat(host.status(ID).state()).isEqualTo(State.RUNNING);
  }

  @Test
  void command_missing_fails() {
    assertThat(
            host.settle(host.wanted(Specs.of(ID, MemoryEngine.IMAGE, "no-such-command"))).state())
        .isEqualTo(State.FAILED);
    assertThat(host.status(ID).reason()).contains("no-such-command");
  }

  @Test
  void disk_full_isSaidAndTriedAgain() {
    host.engine.fail((operation, id) -> {
      if (operation.equals("create")) {
        throw new ZansocException(ErrorCode.NO_SPACE, "the disk of the engine is full");
      }
    });
    assertThat(host.settle(host.wanted(SLEEPER)).state()).isEqualTo(State.FAILED);
    assertThat(host.status(ID).reason()).contains("full");
    host.engine.recover();
    host.live(Duration.ofSeconds(65));
    assertThat(host.status(ID).state()).isEqualTo(State.RUNNING);
  }

  @Test
  void engine_away_isSaidAndConvergesWhenItIsBack() {
    host.settle(host.wanted(SLEEPER));
    host.engine.goAway();
    host.live(Duration.ofSeconds(70));
    assertThat(host.status(ID).reason()).contains("does not answer");
    assertThat(host.status(ID).health()).isEqualTo(Health.UNKNOWN);
    assertThat(host.keeper().free()).isEqualTo(Amounts.NOTHING);
    long ran = host.status(ID).runningSeconds();

    host.order(host.wanted(SLEEPER, 1, 2, Wanted.STOPPED));
    host.engine.recover();
    host.live(Duration.ofSeconds(10));

    assertThat(host.status(ID).state()).isEqualTo(State.STOPPED);
    assertThat(host.status(ID).reason()).isEmpty();
    assertThat(host.status(ID).runningSeconds()).isEqualTo(ran);
    assertThat(host.keeper().free().milliVcpus()).isEqualTo(3_500);
  }

  @Test
  void command_endsByPolicy_isStartedAgainOrLetBe() {
    host.settle(host.wanted(withPolicy(RestartPolicy.NEVER, "sh", "-c", "exit 3")));
    assertThat(host.status(ID).state()).isEqualTo(State.EXITED);
    assertThat(host.status(ID).exitCode()).contains(3);
    assertThat(host.status(ID).reason()).contains("exit code 3");
    host.live(Duration.ofMinutes(2));
    assertThat(host.status(ID).restarts()).isZero();

    host.settle(
        host.wanted(withPolicy(RestartPolicy.ON_FAILURE, "echo", "x"), 2, 1, Wanted.RUNNING));
    assertThat(host.status(ID).state()).isEqualTo(State.EXITED);
    assertThat(host.status(ID).exitCode()).contains(0);

    host.settle(host.wanted(withPolicy(RestartPolicy.ALWAYS, "echo", "x"), 3, 1, Wanted.RUNNING));
    assertThat(host.status(ID).state()).isEqualTo(State.RESTARTING);
  }

  @Test
  void command_endsAgainAndAgain_pausesDoubleAndTheLoopIsNamed() {
    host.settle(host.wanted(withPolicy(RestartPolicy.ON_FAILURE, "sh", "-c", "exit 1")));
    // Pauses of 1, 2, 4, 8, 16 and 32 s are over after 63 s; the next one lasts a minute.
    host.live(Duration.ofSeconds(62));
    assertThat(host.status(ID).restarts()).isEqualTo(5);
    host.live(Duration.ofSeconds(2));
    assertThat(host.status(ID).restarts()).isEqualTo(6);
    assertThat(host.status(ID).reason()).contains("crash loop").contains("exit code 1");
    host.live(Duration.ofMinutes(1));
    assertThat(host.status(ID).restarts()).isEqualTo(7);
  }

  @Test
  void command_ranForAMinute_pausesBeginAnew() {
    host.settle(host.wanted(withPolicy(RestartPolicy.ALWAYS, "sleep", "3600")));
    for (int time = 1; time <= 6; time++) {
      host.live(Duration.ofSeconds(70));
      host.engine.end(ID, 1);
      host.live(Duration.ofSeconds(4));
      assertThat(host.status(ID).state()).isEqualTo(State.RUNNING);
      assertThat(host.status(ID).restarts()).isEqualTo(time);
    }
  }

  @Test
  void health_checks_areAskedWhileItRuns() {
    host.settle(host.wanted(withCheck("http-server", "80", "200")));
    assertThat(host.status(ID).health()).isEqualTo(Health.UNKNOWN);
    host.live(Duration.ofSeconds(12));
    assertThat(host.status(ID).health()).isEqualTo(Health.HEALTHY);

    host.settle(host.wanted(withCheck("http-server", "80", "503"), 2, 1, Wanted.RUNNING));
    host.live(Duration.ofSeconds(14));
    assertThat(host.status(ID).health()).isEqualTo(Health.UNKNOWN);
    host.live(Duration.ofSeconds(10));
    assertThat(host.status(ID).health()).isEqualTo(Health.UNHEALTHY);
    assertThat(host.status(ID).isReachable()).isFalse();
  }

  @Test
  void network_place_isJoinedAndFollowed() {
    InstanceOrder order = KeptHost.in(host.wanted(SLEEPER), KeptHost.place("100.64.0.1/10"));
    host.settle(order);
    assertThat(host.networks.members.get(ID)).startsWith("100.64.0.1/10 as ");
    host.live(Duration.ofSeconds(20));
    assertThat(host.networks.joins).isEqualTo(1);

    InstanceOrder moved =
        KeptHost.in(host.wanted(SLEEPER, 1, 2, Wanted.RUNNING), KeptHost.place("100.64.0.2/10"));
    host.settle(moved);
    assertThat(host.networks.members.get(ID)).startsWith("100.64.0.2/10 as ");

    host.settle(host.wanted(SLEEPER, 1, 3, Wanted.STOPPED));
    assertThat(host.networks.members).isEmpty();
  }

  @Test
  void ports_missing_saysSo() {
    host.hasPorts = false;
    host.restart();
    host.heartbeat();
    assertThat(host.settle(host.wanted(WITH_VOLUME)).reason())
        .isEqualTo("this host has no volumes");
    assertThat(host.status(ID).state()).isEqualTo(State.FAILED);
    InstanceOrder order =
        KeptHost.in(
            host.wanted(Specs.of(OTHER, MemoryEngine.IMAGE, "cat")), KeptHost.place("1.2.3.4/8"));
    assertThat(host.settle(order).reason()).contains("cannot be in private networks");
  }

  @Test
  void silence_ofTheHub_freezesWhatMayRunElsewhere() {
    host.settle(host.wanted(WITH_VOLUME));
    host.settle(host.wanted(Specs.of(OTHER, MemoryEngine.IMAGE, "sleep", "3600")));
    host.keeper().reach(Fence.Reach.LOST);
    host.time.advance(Duration.ofSeconds(24));
    assertThat(host.status(ID).state()).isEqualTo(State.RUNNING);
    host.time.advance(Duration.ofSeconds(1));
    assertThat(host.status(ID).state()).isEqualTo(State.FENCED);
    assertThat(host.engineState(ID)).contains(EngineInstance.State.PAUSED);
    assertThat(host.status(OTHER).state()).isEqualTo(State.RUNNING);
    long ran = host.status(ID).runningSeconds();

    host.live(Duration.ofSeconds(30));
    assertThat(host.status(ID).state()).as("only its order decides").isEqualTo(State.FENCED);
    assertThat(host.status(ID).runningSeconds()).isEqualTo(ran);
    host.restart();
    host.live(Duration.ofSeconds(10));
    assertThat(host.status(ID).state()).isEqualTo(State.FENCED);

    host.settle(host.wanted(WITH_VOLUME, 1, 2, Wanted.RUNNING));
    assertThat(host.status(ID).state()).isEqualTo(State.RUNNING);
    assertThat(host.engineState(ID)).contains(EngineInstance.State.RUNNING);
  }

  @Test
  void silence_hubRefusesTheConnection_freezesNothing() {
    host.settle(host.wanted(WITH_VOLUME));
    host.keeper().reach(Fence.Reach.REFUSED);
    host.time.advance(Duration.ofMinutes(10));
    assertThat(host.status(ID).state()).isEqualTo(State.RUNNING);
  }

  @Test
  void silence_machineSlept_freezesAtOnce() {
    host.settle(host.wanted(WITH_VOLUME));
    host.time.setWallError(Duration.ofMinutes(20));
    host.time.advance(Duration.ofSeconds(2));
    assertThat(host.status(ID).state()).isEqualTo(State.FENCED);
    assertThat(host.engineState(ID)).contains(EngineInstance.State.PAUSED);
  }

  @Test
  void silence_agentStartsLate_waitsForTheHubsWord() {
    host.settle(host.wanted(WITH_VOLUME));
    host.live(Duration.ofSeconds(10));
    host.engine.end(ID, 1); // The machine went down.
    host.time.setWallError(Duration.ofMinutes(1));
    host.restart();
    host.time.advance(Duration.ofSeconds(30));
    assertThat(host.engineState(ID)).contains(EngineInstance.State.EXITED);
    assertThat(host.status(ID).state()).isEqualTo(State.FENCED);
  }

  @Test
  void create_hangs_othersGoOnAndRemovalGetsThrough() {
    Scheduler threads = Scheduler.ofVirtualThreads();
    CountDownLatch hanging = new CountDownLatch(1);
    host.engine.fail((operation, id) -> {
      if (operation.equals("create") && id.equals(Optional.of(ID))) {
        try {
          hanging.countDown();
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          throw new ZansocException(ErrorCode.TIMED_OUT, "interrupted", e);
        }
      }
    });
    try (ExecutorService writer = Executors.newSingleThreadExecutor();
        InstanceKeeper keeper =
            InstanceKeeper.open(
                folder.resolve("real"),
                KeptHost.LENT,
                new InstanceKeeper.Ports(host.engine, Optional.empty(), Optional.empty(), () -> {}),
                new InstanceKeeper.Drive(
                    new HubClock(host.time::now, System::nanoTime), threads, writer))) {
      keeper.order(host.wanted(SLEEPER));
      hanging.await();
      keeper.order(host.wanted(Specs.of(OTHER, MemoryEngine.IMAGE, "sleep", "3600")));
      awaitState(keeper, OTHER, State.RUNNING);
      keeper.order(host.wanted(SLEEPER, 1, 2, Wanted.REMOVED));
      awaitState(keeper, ID, State.REMOVED);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      threads.close();
    }
  }

  private static void awaitState(InstanceKeeper keeper, InstanceId id, State state) {
    Await.until(
        id + " is " + state,
        keeper::statuses,
        seen -> seen.stream().anyMatch(one -> one.id().equals(id) && one.state() == state));
  }

  @Test
  void survey_instanceThatNobodyOrdered_isRemoved() {
    host.engine.create(Specs.of(OTHER, MemoryEngine.IMAGE, "sleep", "3600"), Map.of());
    host.engine.start(OTHER);
    host.time.advance(Duration.ofSeconds(61));
    assertThat(host.engineState(OTHER)).isEmpty();
  }

  @Test
  void file_damaged_stopsAndWaitsForTheHubsNextOrder() throws IOException {
    host.settle(host.wanted(SLEEPER));
    Path file = folder.resolve("instances").resolve(ID + ".instance");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 20] ^= 1;
    Files.write(file, bytes);

    host.restart();
    host.live(Duration.ofMinutes(2));

    assertThat(host.status(ID).state()).isEqualTo(State.FAILED);
    assertThat(host.status(ID).reason()).contains("changed on the disk");
    assertThat(host.engineState(ID)).contains(EngineInstance.State.EXITED);
    assertThat(host.settle(host.wanted(SLEEPER, 1, 2, Wanted.RUNNING)).state())
        .isEqualTo(State.RUNNING);
  }

  @Test
  void removeAll_whateverRuns_leavesNothing() {
    host.settle(host.wanted(SLEEPER));
    assertThat(InstanceKeeper.removeAll(host.engine, Optional.of(host.networks))).isEqualTo(1);
    assertThat(host.engine.instances()).isEmpty();
  }

  private static InstanceSpec withPolicy(RestartPolicy policy, String... command) {
    return with(policy, Optional.empty(), command);
  }

  private static InstanceSpec withCheck(String... command) {
    return with(
        RestartPolicy.NEVER,
        Optional.of(
            new HealthCheck(
                HealthCheck.Kind.HTTP,
                80,
                "/",
                List.of(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                2)),
        command);
  }

  private static InstanceSpec with(
      RestartPolicy policy, Optional<HealthCheck> check, String... command) {
    InstanceSpec spec = Specs.of(ID, MemoryEngine.IMAGE, command);
    return new InstanceSpec(
        spec.id(),
        spec.name(),
        spec.deployment(),
        spec.tenant(),
        spec.image(),
        spec.command(),
        spec.environment(),
        spec.size(),
        spec.volumes(),
        spec.ports(),
        policy,
        check);
  }

  private static void refuses(ErrorCode code, String text, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(text);
  }
}
