package cloud.zansoc.storage.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The arrays that stripes lie in, within one {@link ByteBudget}. Arrays are used again while the
 * size stays the same, so that large arrays do not fragment a small heap. Thread-safe.
 */
final class StripeBuffers {
  private final ByteBudget budget;
  private final long totalBytes;
  // Guarded by this.
  private final Deque<byte[]> free = new ArrayDeque<>();
  private long freeBytes;

  StripeBuffers(long totalBytes) {
    this.totalBytes = totalBytes;
    this.budget = new ByteBudget(totalBytes);
  }

  /** An array of {@code bytes} with anything in it, or empty where there is none for a while. */
  Optional<byte[]> take(int bytes, Duration patience) throws InterruptedException {
    return budget.acquire(bytes, patience) ? Optional.of(array(bytes)) : Optional.empty();
  }

  /** Waits for an array of {@code bytes} with anything in it. */
  byte[] take(int bytes) throws InterruptedException {
    budget.acquire(bytes);
    return array(bytes);
  }

  /** An array where there is room for it now. */
  Optional<byte[]> tryTake(int bytes) {
    return budget.tryAcquire(bytes) ? Optional.of(array(bytes)) : Optional.empty();
  }

  /** Gives back an array that nobody reads or writes any more. */
  void give(byte[] array) {
    synchronized (this) {
      free.push(array);
      freeBytes += array.length;
    }
    budget.release(array.length);
  }

  /** For tests: the most bytes that were ever taken at once. */
  long peakBytes() {
    return budget.peak();
  }

  /** For tests: bytes taken now. */
  long usedBytes() {
    return budget.used();
  }

  private synchronized byte[] array(int bytes) {
    byte[] same = free.peek();
    if (same != null && same.length == bytes) {
      freeBytes -= bytes;
      return free.pop();
    }
    while (!free.isEmpty() && (freeBytes + budget.used() > totalBytes || freeBytes > 0)) {
      freeBytes -= free.pollLast().length;
    }
    return new byte[bytes];
  }
}
