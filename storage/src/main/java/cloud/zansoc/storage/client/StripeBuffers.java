package cloud.zansoc.storage.client;

import cloud.zansoc.base.Limits;
import cloud.zansoc.codec.erasure.StripeBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The memory that stripes lie in, within one {@link ByteBudget}. Buffers are used again while the
 * code stays the same, so that large arrays do not fragment a small heap. Thread-safe.
 */
final class StripeBuffers {
  private final ByteBudget budget;
  // Guarded by this; all of one code.
  private final Deque<StripeBuffer> free = new ArrayDeque<>();

  StripeBuffers(long totalBytes) {
    this.budget = new ByteBudget(totalBytes);
  }

  /** Waits a while for a buffer for stripes of {@code k} of {@code n}. */
  Optional<StripeBuffer> take(int k, int n, Duration patience) throws InterruptedException {
    return budget.acquire(bytes(n), patience) ? Optional.of(buffer(k, n)) : Optional.empty();
  }

  /** Waits for a buffer. */
  StripeBuffer take(int k, int n) throws InterruptedException {
    budget.acquire(bytes(n));
    return buffer(k, n);
  }

  /** A buffer where there is room for it now. */
  Optional<StripeBuffer> tryTake(int k, int n) {
    return budget.tryAcquire(bytes(n)) ? Optional.of(buffer(k, n)) : Optional.empty();
  }

  /** Gives back a buffer that nobody reads or writes any more. */
  void give(StripeBuffer buffer) {
    synchronized (this) {
      if (!free.isEmpty() && !isOf(free.peek(), buffer.k(), buffer.n())) {
        free.clear();
      }
      free.push(buffer);
    }
    budget.release(bytes(buffer.n()));
  }

  /** The most bytes that were ever taken at once. */
  long peakBytes() {
    return budget.peak();
  }

  /** Bytes taken now. */
  long usedBytes() {
    return budget.used();
  }

  private synchronized StripeBuffer buffer(int k, int n) {
    if (!free.isEmpty() && isOf(free.peek(), k, n)) {
      return free.pop();
    }
    free.clear();
    return new StripeBuffer(k, n);
  }

  private static boolean isOf(StripeBuffer buffer, int k, int n) {
    return buffer.k() == k && buffer.n() == n;
  }

  private static long bytes(int n) {
    return (long) n * Limits.BLOCK_BYTES;
  }
}
