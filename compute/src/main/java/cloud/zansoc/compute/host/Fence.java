package cloud.zansoc.compute.host;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Says when this host must take it that its instances run elsewhere by now: when it has not heard
 * its hub for nearly as long as the hub waits before it replaces them, and cannot reach it. A hub
 * whose machine refuses the connection is not running: it replaces nothing, and nothing is frozen.
 * Thread-safe; its monitor guards every field.
 */
public final class Fence {
  private static final Duration LONGEST_MARGIN = Duration.ofSeconds(5);
  private static final int MARGIN_PART = 4;

  private final HubClock clock;
  private Reach reach = Reach.UNKNOWN;
  private Instant heardWall;
  private long heardNanos;
  private Optional<Duration> replacedAfter = Optional.empty();

  /** How the hub was to be reached last. */
  public enum Reach {
    /** Nobody has tried yet. */
    UNKNOWN,
    CONNECTED,
    /** Its machine answers that nobody listens. */
    REFUSED,
    /** It does not answer, or says that it does not want this host. */
    LOST
  }

  Fence(HubClock clock) {
    this.clock = clock;
    this.heardWall = clock.wallNow();
    this.heardNanos = clock.nanos();
  }

  /** Goes on from what was known when the program ended. */
  synchronized void restore(Instant heard, Optional<Duration> after) {
    Duration silence = Duration.between(heard, clock.wallNow());
    heardWall = heard;
    heardNanos = clock.nanos() - (silence.isNegative() ? Duration.ZERO : silence).toNanos();
    replacedAfter = after;
  }

  /** The hub has said something. */
  synchronized void heard() {
    heardWall = clock.wallNow();
    heardNanos = clock.nanos();
    reach = Reach.CONNECTED;
  }

  /** The hub has said how long it waits for a silent host. */
  synchronized void replacedAfter(Optional<Duration> silence) {
    replacedAfter = silence;
  }

  synchronized void reach(Reach seen) {
    reach = seen;
  }

  /** Whether what could run elsewhere must not run here. */
  synchronized boolean isUp() {
    return mayRise() && untilUp().filter(left -> !left.isPositive()).isPresent();
  }

  /** When to look again, if the hub stays silent; none where it moves no instances. */
  synchronized Optional<Duration> untilUp() {
    return replacedAfter.map(after -> limit(after).minus(silence()));
  }

  /** How long the hub has been silent. */
  synchronized Duration silence() {
    return clock.elapsed(heardWall, heardNanos);
  }

  synchronized Instant lastHeard() {
    return heardWall;
  }

  synchronized Optional<Duration> replacedAfter() {
    return replacedAfter;
  }

  private boolean mayRise() {
    return switch (reach) {
      case UNKNOWN, REFUSED -> false;
      case CONNECTED, LOST -> true;
    };
  }

  private static Duration limit(Duration after) {
    Duration margin = after.dividedBy(MARGIN_PART);
    return after.minus(margin.compareTo(LONGEST_MARGIN) < 0 ? margin : LONGEST_MARGIN);
  }
}
