package cloud.zansoc.net.block;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions that another thread will make true. */
public final class Await {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(2);

  private Await() {}

  /** Returns once {@code condition} holds; fails after 20 s, naming {@code what}. */
  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + DEADLINE.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
