package cloud.zansoc.compute.host;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.api.HealthCheck;
import cloud.zansoc.compute.api.InstanceStatus.Health;
import java.time.Duration;
import java.util.Optional;

/** Asks a running instance again and again whether it works. Its monitor guards every field. */
final class HealthWatch {
  private final InstanceId id;
  private final HealthProbe probe;
  private final Scheduler scheduler;
  private final HubClock clock;
  private final Runnable changed;

  /** Counts the runs of the instance: what is heard of an earlier one does not count. */
  private int run;

  private boolean asking;
  private boolean begun;
  private long askedNanos;
  private int failures;
  private Health health = Health.UNKNOWN;

  /**
   * @param changed told when the health is another
   */
  HealthWatch(
      InstanceId id, HealthProbe probe, Scheduler scheduler, HubClock clock, Runnable changed) {
    this.id = id;
    this.probe = probe;
    this.scheduler = scheduler;
    this.clock = clock;
    this.changed = changed;
  }

  synchronized Health health() {
    return health;
  }

  /** The instance does not run, or was started again. */
  synchronized void reset() {
    run++;
    asking = false;
    begun = false;
    failures = 0;
    health = Health.UNKNOWN;
  }

  /** The instance runs: asks, if it is time; says when it is time again. */
  synchronized Duration look(HealthCheck check) {
    if (!begun) {
      begun = true;
      askedNanos = clock.nanos();
      return check.interval();
    }
    Duration left = check.interval().minusNanos(clock.nanos() - askedNanos);
    if (left.isPositive() || asking) {
      return left.isPositive() ? left : check.interval();
    }
    asking = true;
    askedNanos = clock.nanos();
    int current = run;
    scheduler.run("health-" + id, () -> heard(current, check, probe.succeeds(id, check)));
    return check.interval();
  }

  private void heard(int ofRun, HealthCheck check, boolean success) {
    if (note(ofRun, check, success)) {
      changed.run();
    }
  }

  private synchronized boolean note(int ofRun, HealthCheck check, boolean success) {
    if (ofRun != run) {
      return false;
    }
    asking = false;
    Health before = health;
    failures = success ? 0 : failures + 1;
    if (success) {
      health = Health.HEALTHY;
    } else if (failures >= check.failures()) {
      health = Health.UNHEALTHY;
    }
    return health != before;
  }

  /** For people: why it is not healthy; empty where there is nothing to say. */
  synchronized Optional<String> reason() {
    return health == Health.UNHEALTHY
        ? Optional.of("%d health checks in a row have failed".formatted(failures))
        : Optional.empty();
  }
}
