package cloud.zansoc.compute.host;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceOrder.Wanted;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.InstanceStatus.State;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.engine.MemoryEngine.Fault;
import cloud.zansoc.compute.engine.Specs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Orders, kills, failures of the engine and steps of the clock in an order drawn by a seed, against
 * a model that only knows the last order of each instance.
 */
final class KeeperSimulationTest {
  private static final int RUNS = 60;
  private static final int ACTIONS = 150;
  private static final int INSTANCES = 4;
  private static final Duration REPLACED_AFTER = Duration.ofSeconds(30);

  /** After that time without trouble, what failed has been tried again. */
  private static final Duration CALM = Duration.ofSeconds(65);

  @Test
  void keeper_whateverComes_neverDoesWhatItMustNotAndEventuallyDoesAllElse(@TempDir Path folder) {
    long first = Long.getLong("zansoc.seed", new Random().nextInt(1_000_000));
    for (long seed = first; seed < first + RUNS; seed++) {
      try {
        new Simulation(folder.resolve("seed-" + seed), seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("replay with -Dzansoc.seed=" + seed, e);
      }
    }
  }

  /** The agent is killed at this very operation. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private static final class Simulation implements Fault {
    private final Random random;
    private final KeptHost host;
    private final Map<InstanceId, InstanceOrder> last = new HashMap<>();
    private final List<InstanceOrder> taken = new ArrayList<>();
    private Fence.Reach reach = Fence.Reach.UNKNOWN;
    private Instant heard;

    /** Whether the hub's clock is known since the agent was started and the clock was set. */
    private boolean timeKnown;

    private Instant lastTrouble = SimulatedTime.START;
    private boolean away;
    private int operationsUntilKill = -1;

    Simulation(Path folder, long seed) {
      this.random = new Random(seed);
      this.host = new KeptHost(folder, seed);
      this.heard = host.time.now();
      host.engine.fail(this);
    }

    void run() {
      heartbeat();
      for (int action = 0; action < ACTIONS; action++) {
        act();
        check();
      }
      away = false;
      operationsUntilKill = -1;
      finish();
    }

    private void act() {
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3, 4 -> order();
        case 5 -> repeat();
        case 6 -> orderOfBefore();
        case 7, 8, 9 ->
            going(() -> {
              for (int task = random.nextInt(4); task >= 0; task--) {
                host.time.runOne();
              }
            });
        case 10, 11, 12 -> advance(Duration.ofMillis(random.nextInt(20_000)));
        case 13, 14 -> heartbeat();
        case 15 -> away = random.nextInt(3) == 0;
        case 16 -> endCommand();
        case 17 -> operationsUntilKill = random.nextInt(12);
        case 18 -> {
          reach = random.nextBoolean() ? Fence.Reach.LOST : Fence.Reach.REFUSED;
          host.keeper().reach(reach);
        }
        default -> host.time.setWallError(Duration.ofSeconds(random.nextInt(600) - 300));
      }
    }

    private void going(Runnable action) {
      try {
        action.run();
      } catch (Killed killed) {
        host.restart();
        timeKnown = false;
        reach = Fence.Reach.UNKNOWN;
        lastTrouble = host.time.now();
      }
    }

    private void advance(Duration time) {
      Instant end = host.time.now().plus(time);
      going(() -> host.time.advance(time));
      while (host.time.now().isBefore(end)) {
        going(() -> host.time.advance(Duration.between(host.time.now(), end)));
      }
    }

    private void heartbeat() {
      host.keeper().heard(host.time.now(), Optional.of(REPLACED_AFTER));
      heard();
      timeKnown = true;
    }

    private void heard() {
      heard = host.time.now();
      reach = Fence.Reach.CONNECTED;
    }

    private void order() {
      InstanceId id = new InstanceId(7, random.nextInt(INSTANCES));
      InstanceOrder before = last.get(id);
      long generation = before == null ? 1 : before.generation();
      long revision = before == null ? 1 : before.revision() + 1;
      if (before != null && random.nextInt(4) == 0) {
        generation += 1 + random.nextInt(2);
        revision = 1;
      }
      Wanted wanted =
          switch (random.nextInt(6)) {
            case 0 -> Wanted.STOPPED;
            case 1 -> Wanted.REMOVED;
            default -> Wanted.RUNNING;
          };
      Instant paid = host.time.now().plusSeconds(random.nextInt(200) - 20);
      give(
          new InstanceOrder(
              spec(id, generation),
              generation,
              revision,
              wanted,
              paid,
              paid.plusSeconds(random.nextInt(100)),
              id.low() % 2 == 1
                  ? Optional.of(KeptHost.place("100.64.0." + id.low() + "/10"))
                  : Optional.empty()));
    }

    private InstanceSpec spec(InstanceId id, long generation) {
      InstanceSpec plain =
          Specs.of(
              id,
              MemoryEngine.IMAGE,
              Map.of("GENERATION", String.valueOf(generation)),
              id.low() == 2 ? List.of(volume()) : List.of(),
              new InstanceSize(
                  250 * (1 + random.nextInt(8)),
                  ByteSize.ofMebibytes(64),
                  ByteSize.ofMebibytes(100),
                  0),
              List.of("sleep", "3600"));
      return new InstanceSpec(
          plain.id(),
          plain.name(),
          plain.deployment(),
          plain.tenant(),
          plain.image(),
          plain.command(),
          plain.environment(),
          plain.size(),
          plain.volumes(),
          plain.ports(),
          RestartPolicy.ALWAYS,
          plain.health());
    }

    private static InstanceSpec.Volume volume() {
      return new InstanceSpec.Volume(
          "v", new VolumeMount("data", "/data", ByteSize.ofMebibytes(1), Duration.ofSeconds(5)));
    }

    /** Gives an order as a hub does; refusals must be right. */
    private void give(InstanceOrder order) {
      InstanceId id = order.spec().id();
      heard();
      try {
        host.order(order);
      } catch (ZansocException e) {
        switch (e.code()) {
          case CONFLICT -> {
            Optional<InstanceStatus> seen = seen(id);
            boolean gone =
                seen.filter(status -> status.state() == State.REMOVED).isPresent()
                    || last(id).wanted() == Wanted.REMOVED;
            assertThat(gone).as("%s: %s", e.getMessage(), seen).isTrue();
            assertThat(order.generation()).isEqualTo(last(id).generation());
          }
          case NO_SPACE -> assertThat(order.wanted()).isNotEqualTo(Wanted.REMOVED);
          default -> throw e;
        }
        return;
      }
      last.put(id, order);
      taken.add(order);
      assertThat(promised()).isLessThanOrEqualTo(KeptHost.LENT.milliVcpus());
    }

    private int promised() {
      return last.values().stream()
          .filter(order -> order.wanted() != Wanted.REMOVED)
          .filter(order -> seen(order.spec().id()).orElseThrow().state() != State.REMOVED)
          .mapToInt(order -> order.spec().size().milliVcpus())
          .sum();
    }

    private void repeat() {
      last.values().stream().toList().forEach(this::give);
    }

    /** An order that came late: it must be refused, unless it is the last. */
    private void orderOfBefore() {
      if (taken.isEmpty()) {
        return;
      }
      InstanceOrder old = taken.get(random.nextInt(taken.size()));
      heard();
      if (old.equals(last.get(old.spec().id()))) {
        return;
      }
      try {
        host.order(old);
      } catch (ZansocException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT);
        return;
      }
      InstanceOrder newest = last(old.spec().id());
      assertThat(old.wanted()).as("only a removal may come twice").isEqualTo(Wanted.REMOVED);
      assertThat(newest.wanted()).isEqualTo(Wanted.REMOVED);
      assertThat(old.generation()).isEqualTo(newest.generation());
    }

    private void endCommand() {
      boolean before = away;
      away = false;
      int kill = operationsUntilKill;
      operationsUntilKill = -1;
      host.engine.instances().stream()
          .filter(seen -> seen.state() == EngineInstance.State.RUNNING)
          .findAny()
          .ifPresent(seen -> host.engine.end(seen.id(), 1));
      away = before;
      operationsUntilKill = kill;
    }

    @Override
    public void before(String operation, Optional<InstanceId> id) {
      kill();
      if (away) {
        lastTrouble = host.time.now();
        throw new ZansocException(ErrorCode.UNREACHABLE, "the engine does not answer");
      }
    }

    @Override
    public void after(String operation, Optional<InstanceId> id) {
      if (operation.equals("start") || operation.equals("unpause")) {
        InstanceOrder order = last(id.orElseThrow());
        assertThat(generation(order.spec().id())).isEqualTo(order.generation());
        assertThat(order.wanted()).isEqualTo(Wanted.RUNNING);
        if (timeKnown) {
          assertThat(host.time.now()).isBefore(order.paidUntil());
        }
      }
      kill();
    }

    private void kill() {
      if (operationsUntilKill >= 0 && operationsUntilKill-- == 0) {
        throw new Killed();
      }
    }

    private long generation(InstanceId id) {
      return Long.parseLong(
          host.engine.spec(id).orElseThrow().environment().getOrDefault("GENERATION", ""));
    }

    private InstanceOrder last(InstanceId id) {
      return Objects.requireNonNull(last.get(id));
    }

    private Optional<InstanceStatus> seen(InstanceId id) {
      return host.keeper().statuses().stream().filter(seen -> seen.id().equals(id)).findFirst();
    }

    /** What must hold whenever nothing is left to do at once, and nothing fails. */
    private void check() {
      if (random.nextInt(4) != 0) {
        return;
      }
      going(host.time::settle);
      boolean calm = Duration.between(lastTrouble, host.time.now()).compareTo(CALM) > 0;
      if (away || operationsUntilKill >= 0 || !calm || !timeKnown) {
        return;
      }
      boolean fenced =
          reach == Fence.Reach.LOST
              && Duration.between(heard, host.time.now()).compareTo(REPLACED_AFTER) > 0;
      for (EngineInstance found : host.engine.instances()) {
        if (found.state() == EngineInstance.State.RUNNING) {
          InstanceOrder order = last(found.id());
          assertThat(generation(found.id())).isEqualTo(order.generation());
          assertThat(order.wanted()).isEqualTo(Wanted.RUNNING);
          assertThat(host.time.now()).isBefore(order.paidUntil());
          assertThat(fenced && found.id().low() != 0).as("runs fenced: " + order).isFalse();
        }
      }
    }

    /** Everything works again, and the hub says once more what it wants. */
    private void finish() {
      host.time.setWallError(Duration.ZERO);
      heartbeat();
      repeat();
      for (int beat = 0; beat < 40; beat++) {
        heartbeat();
        advance(Duration.ofSeconds(5));
      }
      for (InstanceOrder order : last.values()) {
        checkFinal(order);
      }
      assertThat(host.engine.instances())
          .allMatch(found -> seen(found.id()).orElseThrow().state() != State.REMOVED);
    }

    private void checkFinal(InstanceOrder order) {
      InstanceId id = order.spec().id();
      InstanceStatus status = seen(id).orElseThrow();
      Instant now = host.time.now();
      Optional<EngineInstance.State> inEngine = host.engineState(id);
      boolean expired = !now.isBefore(order.paidUntil()) && !now.isBefore(order.keepUntil());
      if (order.wanted() == Wanted.REMOVED || expired) {
        assertThat(status.state()).as(order.toString()).isEqualTo(State.REMOVED);
        assertThat(inEngine).isEmpty();
        assertThat(host.networks.members).doesNotContainKey(id);
        assertThat(id.low() == 2 && !host.volumes.attached.isEmpty()).isFalse();
      } else if (order.wanted() == Wanted.STOPPED || !now.isBefore(order.paidUntil())) {
        assertThat(status.state()).as(order.toString()).isEqualTo(State.STOPPED);
        assertThat(inEngine)
            .isNotEqualTo(Optional.of(EngineInstance.State.RUNNING))
            .isNotEqualTo(Optional.of(EngineInstance.State.PAUSED));
      } else {
        assertThat(status.state()).as("%s: %s", order, status).isEqualTo(State.RUNNING);
        assertThat(inEngine).contains(EngineInstance.State.RUNNING);
        assertThat(generation(id)).isEqualTo(order.generation());
        assertThat(host.engine.spec(id).orElseThrow().size()).isEqualTo(order.spec().size());
        assertThat(host.networks.members.containsKey(id)).isEqualTo(order.network().isPresent());
      }
    }
  }
}
