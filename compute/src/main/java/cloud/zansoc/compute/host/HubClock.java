package cloud.zansoc.compute.host;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time by which instances are paid: the hub's, as far as it is known, else this machine's.
 * Between two heartbeats it goes on as the faster of this machine's two clocks: the one that counts
 * up does not run while the machine sleeps, and the other can be set back. So an instance may be
 * stopped too early until the next heartbeat, and never too late. Thread-safe.
 */
public final class HubClock {
  private final InstantSource wall;
  private final LongSupplier nanoTime;
  private volatile @Nullable Anchor anchor;

  /** What the three clocks showed at one moment. */
  private record Anchor(Instant hub, Instant wall, long nanos) {}

  /**
   * @param wall this machine's clock
   * @param nanoTime as {@link System#nanoTime}
   */
  public HubClock(InstantSource wall, LongSupplier nanoTime) {
    this.wall = wall;
    this.nanoTime = nanoTime;
  }

  /** The hub has just said what its clock shows. */
  public void set(Instant hubNow) {
    anchor = new Anchor(hubNow, wall.instant(), nanoTime.getAsLong());
  }

  /** The hub's time now. */
  public Instant now() {
    Anchor known = anchor;
    if (known == null) {
      return wall.instant();
    }
    return known.hub.plus(elapsed(known.wall, known.nanos));
  }

  /**
   * What the hub's time has certainly reached; none before its first heartbeat. Clocks that are
   * wrong must stop nothing for good.
   */
  Optional<Instant> surely() {
    Anchor known = anchor;
    return known == null
        ? Optional.empty()
        : Optional.of(known.hub.plusNanos(nanoTime.getAsLong() - known.nanos));
  }

  /** This machine's time now. */
  Instant wallNow() {
    return wall.instant();
  }

  /** What the counting clock shows, in nanoseconds. */
  long nanos() {
    return nanoTime.getAsLong();
  }

  /** The longer of what both of this machine's clocks say has gone by since a moment. */
  Duration elapsed(Instant wallThen, long nanosThen) {
    Duration counted = Duration.ofNanos(nanoTime.getAsLong() - nanosThen);
    Duration shown = Duration.between(wallThen, wall.instant());
    return shown.compareTo(counted) > 0 ? shown : counted;
  }
}
