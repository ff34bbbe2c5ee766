package cloud.zansoc.compute.api;

import cloud.zansoc.base.InstanceId;
import java.time.Instant;
import java.util.Optional;

/**
 * What a host sees of one instance.
 *
 * @param generation of the order that it carries out
 * @param reason why it is in this state, for people: empty where there is nothing to say
 * @param since when it came into this state
 * @param restarts since it was ordered
 * @param exitCode of its last end
 * @param runningSeconds metered so far in this generation: what the client got
 */
public record InstanceStatus(
    InstanceId id,
    long generation,
    long revision,
    State state,
    Health health,
    String reason,
    Instant since,
    int restarts,
    Optional<Integer> exitCode,
    long runningSeconds) {
  /** Where an instance is on its way. */
  public enum State {
    /** Its image or volumes are being fetched. */
    PREPARING,
    STARTING,
    RUNNING,
    /** Its command ended, and it will be started again. */
    RESTARTING,
    /** Its command ended for good. */
    EXITED,
    /** Frozen by the host because its hub is silent: it may run elsewhere by now. */
    FENCED,
    /** As ordered, or because it is no longer paid. */
    STOPPED,
    /** It cannot be run here; {@code reason} says why. */
    FAILED,
    REMOVED
  }

  /** What the health check says. */
  public enum Health {
    /** It has none, or has not been asked yet. */
    UNKNOWN,
    HEALTHY,
    UNHEALTHY
  }

  /** Whether connections to it may succeed. */
  public boolean isReachable() {
    return state == State.RUNNING && health != Health.UNHEALTHY;
  }
}
