package cloud.zansoc.compute.hub;

import java.time.Duration;

/**
 * How the hub keeps deployments.
 *
 * @param suspicion after this long without a word from a host its instances count as silent
 * @param grace after this long, and a probe in vain, they are replaced; hosts freeze them before
 * @param gathering how long hosts have to come back after the hub's start
 * @param runway how long leases are paid in advance; paid again when half is left
 * @param keep how long data of stopped instances are kept
 * @param patience with hosts that owe an answer or a step
 * @param preparing how long images and volumes may take to be fetched
 * @param avoidance how long a host that failed an instance is not tried for it again
 */
public record ComputeSettings(
    Duration suspicion,
    Duration grace,
    Duration gathering,
    Duration runway,
    Duration keep,
    Duration patience,
    Duration preparing,
    Duration avoidance) {
  /**
   * For a network of home machines. A connection whose line was cut for 20 s is heard again up to
   * 36 s after the cut, since TCP doubles its pauses: the grace is longer.
   */
  public static final ComputeSettings DEFAULT =
      new ComputeSettings(
          Duration.ofSeconds(15),
          Duration.ofSeconds(45),
          Duration.ofSeconds(60),
          Duration.ofMinutes(20),
          Duration.ofHours(24),
          Duration.ofSeconds(30),
          Duration.ofMinutes(15),
          Duration.ofMinutes(10));

  public ComputeSettings {
    for (Duration each :
        new Duration[] {suspicion, grace, runway, keep, patience, preparing, avoidance}) {
      if (!each.isPositive()) {
        throw new IllegalArgumentException("each time is more than 0, not " + each);
      }
    }
    if (suspicion.compareTo(grace) > 0) {
      throw new IllegalArgumentException(
          "a silent host is suspected (%s) before it is given up (%s)".formatted(suspicion, grace));
    }
  }
}
