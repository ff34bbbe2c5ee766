package cloud.zansoc.storage.client;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of blocks may be held at once: the bound on a client's memory. Takers are served
 * in the order in which they came, so that a wide stripe is not starved by narrow ones.
 */
final class ByteBudget {
  private static final int UNIT = 1024;

  private final Semaphore units;
  private final long total;
  private final AtomicLong peak = new AtomicLong();

  ByteBudget(long totalBytes) {
    this.total = totalBytes;
    this.units = new Semaphore(units(totalBytes), true);
  }

  /** Waits at most {@code patience} for {@code bytes}; false where they are not free by then. */
  boolean acquire(long bytes, Duration patience) throws InterruptedException {
    boolean taken = units.tryAcquire(units(bytes), patience.toNanos(), TimeUnit.NANOSECONDS);
    if (taken) {
      notePeak();
    }
    return taken;
  }

  /** Waits for {@code bytes}. */
  void acquire(long bytes) throws InterruptedException {
    units.acquire(units(bytes));
    notePeak();
  }

  /** Takes {@code bytes} where they are free and nobody waits. */
  boolean tryAcquire(long bytes) {
    boolean taken = !units.hasQueuedThreads() && units.tryAcquire(units(bytes));
    if (taken) {
      notePeak();
    }
    return taken;
  }

  /** Gives back what was taken. */
  void release(long bytes) {
    units.release(units(bytes));
  }

  /** Bytes taken now. */
  long used() {
    return total - (long) units.availablePermits() * UNIT;
  }

  /** The most bytes that were ever taken at once. */
  long peak() {
    return peak.get();
  }

  private void notePeak() {
    peak.accumulateAndGet(used(), Math::max);
  }

  private static int units(long bytes) {
    return Math.toIntExact((bytes + UNIT - 1) / UNIT);
  }
}
