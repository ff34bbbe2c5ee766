package cloud.zansoc.compute.host;

import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.InstanceStatus.Health;
import cloud.zansoc.compute.api.InstanceStatus.State;
import java.time.Duration;
import java.util.Optional;

/** What is said of one instance: written by its steps, read by everybody. */
final class InstanceReport {
  private final HubClock clock;
  private final HealthWatch health;
  private volatile InstanceStatus status;

  /** Of the generation that the status names; used by steps alone. */
  private Runs runs;

  InstanceReport(InstanceStatus last, HubClock clock, HealthWatch health) {
    this.status = last;
    this.clock = clock;
    this.health = health;
    this.runs = new Runs(Duration.ofSeconds(last.runningSeconds()), last.restarts());
  }

  InstanceStatus status() {
    return status;
  }

  Runs runs() {
    return runs;
  }

  /** Counts anew, if the order is of another generation than what was said last. */
  void follow(InstanceOrder order) {
    if (order.generation() != status.generation()) {
      runs = new Runs(Duration.ZERO, 0);
      publish(order.generation(), order.revision(), State.PREPARING, "", Optional.empty());
    }
  }

  void say(InstanceOrder order, State state, String reason) {
    say(order, state, reason, status.exitCode());
  }

  void say(InstanceOrder order, State state, String reason, Optional<Integer> exitCode) {
    publish(order.generation(), order.revision(), state, reason, exitCode);
  }

  /** Says something else of the same order. */
  void say(State state, String reason) {
    publish(status.generation(), status.revision(), state, reason, status.exitCode());
  }

  /** Says what was said before the program was started. */
  void repeat(InstanceStatus last) {
    status = last;
  }

  private void publish(
      long generation, long revision, State state, String reason, Optional<Integer> exitCode) {
    InstanceStatus before = status;
    boolean same = before.state() == state && before.generation() == generation;
    status =
        new InstanceStatus(
            before.id(),
            generation,
            revision,
            state,
            state == State.RUNNING ? health.health() : Health.UNKNOWN,
            reason,
            same ? before.since() : clock.now(),
            runs.restarts(),
            exitCode,
            runs.seconds());
  }
}
