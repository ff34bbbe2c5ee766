package cloud.zansoc.host;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Holds a flow of bytes down to a rate that may change at any time: a leaky bucket, by virtual
 * scheduling. Each amount gets its turn after the amounts before it; who comes waits until its turn
 * begins. Thread-safe; waits block the (virtual) thread and answer an interrupt.
 */
final class Throttle {
  /** What may pass at once after a pause: a quarter of a second's worth. */
  private static final long BURST_NANOS = Duration.ofMillis(250).toNanos();

  private final LongSupplier clockNanos;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock: when the next amount's turn begins, on the given clock. */
  private long nextNanos;

  /** Bytes a second; 0 is unlimited. */
  private volatile long rate;

  Throttle(LongSupplier clockNanos) {
    this.clockNanos = clockNanos;
    this.nextNanos = clockNanos.getAsLong();
  }

  /** Sets the limit in bytes a second, from the next amount on; 0 is unlimited. */
  void limit(long bytesPerSecond) {
    rate = bytesPerSecond;
  }

  /** Waits for the turn of {@code bytes}. */
  void await(long bytes) throws InterruptedException {
    long nanos = reserve(bytes);
    if (nanos > 0) {
      Thread.sleep(Duration.ofNanos(nanos));
    }
  }

  /** Books {@code bytes}; gives how many nanoseconds their sender must wait. */
  long reserve(long bytes) {
    long limit = rate;
    if (limit == 0) {
      return 0;
    }
    lock.lock();
    try {
      long now = clockNanos.getAsLong();
      long turn = Math.max(nextNanos, now - BURST_NANOS);
      nextNanos = turn + (long) (bytes * 1e9 / limit);
      return Math.max(0, turn - now);
    } finally {
      lock.unlock();
    }
  }
}
