package cloud.zansoc.compute.host;

import java.time.Duration;

/** Pauses that double from a second to a minute. Not thread-safe. */
final class Pauses {
  static final Duration LONGEST = Duration.ofSeconds(60);

  private int count;

  /** The next one. */
  Duration next() {
    long seconds = 1L << Math.min(count++, 6);
    return Duration.ofSeconds(Math.min(seconds, LONGEST.toSeconds()));
  }

  /** How many there have been since the last reset. */
  int count() {
    return count;
  }

  void reset() {
    count = 0;
  }
}
