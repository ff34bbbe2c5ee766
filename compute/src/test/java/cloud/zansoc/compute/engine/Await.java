package cloud.zansoc.compute.engine;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what an engine or its instances will do. */
public final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);

  private Await() {}

  /** Looks again and again until what is seen is as wanted; fails with what was seen last. */
  public static <T> T until(String what, Supplier<T> look, Predicate<? super T> wanted) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    T seen = look.get();
    while (!wanted.test(seen)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "not within " + PATIENCE.toSeconds() + " s: " + what + "; seen: " + seen);
      }
      LockSupport.parkNanos(POLL.toNanos());
      seen = look.get();
    }
    return seen;
  }
}
