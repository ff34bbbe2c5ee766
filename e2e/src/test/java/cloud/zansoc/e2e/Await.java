package cloud.zansoc.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what other processes do. */
final class Await {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(20);

  private Await() {}

  /**
   * What a look at the system gave: whether to go on waiting, and what to tell if it never ends.
   */
  record Look(boolean done, Object seen) {}

  /** Looks again and again until it is done; fails with what was seen last. */
  static void until(String what, Supplier<Look> look) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Look last = look.get();
    while (!last.done()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "not within " + PATIENCE.toSeconds() + " s: " + what + "; seen: " + last.seen());
      }
      LockSupport.parkNanos(POLL.toNanos());
      last = look.get();
    }
  }
}
