package cloud.zansoc.net.control;

import java.time.Duration;

/**
 * How long the ends of a control connection wait.
 *
 * @param ping between two pings of the hub
 * @param silence without a byte from the other side, after which the connection counts as dead
 * @param firstWait before the first dialling again; doubled each time, half of it drawn at random
 * @param longestWait what the doubling ends at
 */
public record ControlTimings(
    Duration ping, Duration silence, Duration firstWait, Duration longestWait) {
  /** What programs use. */
  public static final ControlTimings STANDARD =
      new ControlTimings(
          Duration.ofSeconds(10),
          Duration.ofSeconds(35),
          Duration.ofSeconds(1),
          Duration.ofSeconds(60));
}
