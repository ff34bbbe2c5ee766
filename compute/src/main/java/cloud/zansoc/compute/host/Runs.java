package cloud.zansoc.compute.host;

import cloud.zansoc.compute.engine.EngineInstance;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The runs of one instance, one after the other: how long they last all in all, and when the next
 * may begin. Not thread-safe.
 *
 * <p>Time counts from one look to the next, if both see the same run: what goes by while the agent
 * or the engine is away is not paid for.
 */
final class Runs {
  /** A run of that length ends a crash loop. */
  private static final Duration STEADY = Pauses.LONGEST;

  /** Looks that lie further apart say nothing of the time between them. */
  private static final Duration FARTHEST_LOOKS = Duration.ofSeconds(10);

  private static final int LOOP = 3;

  private final Pauses pauses = new Pauses();
  private Duration total;
  private int restarts;
  private Optional<Instant> lookedAt = Optional.empty();
  private long firstNanos;
  private long lastNanos;
  private Optional<Instant> endedRun = Optional.empty();
  private long restartNanos;

  Runs(Duration total, int restarts) {
    this.total = total;
    this.restarts = restarts;
  }

  /** The instance is seen to run. */
  void running(EngineInstance seen, long nanos) {
    if (lookedAt.isPresent() && lookedAt.equals(seen.started())) {
      Duration since = Duration.ofNanos(nanos - lastNanos);
      total = total.plus(since.compareTo(FARTHEST_LOOKS) < 0 ? since : FARTHEST_LOOKS);
    } else {
      firstNanos = nanos;
    }
    lookedAt = seen.started();
    lastNanos = nanos;
  }

  /** The instance does not run, or it is not known. */
  void notRunning() {
    lookedAt = Optional.empty();
  }

  /** The instance has ended and is to run again: how long it waits until then. */
  Duration untilRestart(EngineInstance seen, long nanos) {
    if (endedRun.isEmpty() || !endedRun.equals(seen.started())) {
      boolean steady = lookedAt.isPresent() && lastNanos - firstNanos >= STEADY.toNanos();
      if (steady) {
        pauses.reset();
      }
      endedRun = seen.started();
      restartNanos = nanos + pauses.next().toNanos();
    }
    notRunning();
    return Duration.ofNanos(restartNanos - nanos);
  }

  /** It is started again after it ended by itself. */
  void restarted() {
    restarts++;
    endedRun = Optional.empty();
  }

  /** Whether it ends again and again soon after it was started. */
  boolean isCrashLoop() {
    return pauses.count() >= LOOP;
  }

  int shortRuns() {
    return pauses.count();
  }

  int restarts() {
    return restarts;
  }

  long seconds() {
    return total.toSeconds();
  }
}
