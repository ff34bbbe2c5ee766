package cloud.zansoc.storage.hub;

import java.time.Duration;

/**
 * How repair goes about its work.
 *
 * @param concurrent how many segments are repaired at a time
 * @param timeout for one executor to repair one segment
 * @param incompleteAfter how long after its commit a segment waits for the positions that its
 *     upload left out; no other repair waits
 * @param retryAfter how long a segment waits that could not be repaired
 */
public record RepairSettings(
    int concurrent, Duration timeout, Duration incompleteAfter, Duration retryAfter) {
  /** What suits most hubs. */
  public static final RepairSettings DEFAULT =
      new RepairSettings(4, Duration.ofMinutes(10), Duration.ofMinutes(1), Duration.ofSeconds(20));

  public RepairSettings {
    if (concurrent < 1 || !timeout.isPositive() || retryAfter.isNegative()) {
      throw new IllegalArgumentException(
          "repair needs at least one at a time and a timeout above zero");
    }
  }
}
