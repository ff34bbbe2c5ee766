package cloud.zansoc.hub.registry;

import java.time.Duration;

/**
 * When a silent host counts as what.
 *
 * @param heartbeat how often each host is asked for its status
 * @param offline after this long without a heartbeat it is not chosen any more
 * @param lost after this long what it holds is restored elsewhere
 */
public record HostTimeouts(Duration heartbeat, Duration offline, Duration lost) {
  /** For a network of home machines. */
  public static final HostTimeouts DEFAULT =
      new HostTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(35), Duration.ofMinutes(30));

  public HostTimeouts {
    if (!heartbeat.isPositive()
        || heartbeat.compareTo(offline) >= 0
        || offline.compareTo(lost) > 0) {
      throw new IllegalArgumentException(
          "a hub needs 0 < heartbeat < offline-after <= lost-after, not %s, %s, %s"
              .formatted(heartbeat, offline, lost));
    }
  }
}
