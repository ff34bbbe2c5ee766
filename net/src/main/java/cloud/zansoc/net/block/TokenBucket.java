package cloud.zansoc.net.block;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A token bucket that may go into debt: what is taken is always given, and the next one waits until
 * the debt is paid. So a piece larger than the bucket still passes, at the right average rate.
 */
final class TokenBucket {
  /** The rate that is no limit. */
  static final long UNLIMITED = 0;

  private static final double NANOS_PER_SECOND = 1e9;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private long rate = UNLIMITED;
  private double tokens;
  private long filledNanos = System.nanoTime();

  /** Sets the bytes a second; who waits goes on by the new rate. */
  void setRate(long bytesPerSecond) {
    lock.lock();
    try {
      rate = bytesPerSecond;
      tokens = Math.min(0, tokens);
      filledNanos = System.nanoTime();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes {@code bytes} and says for how many nanoseconds the taker should then hold still. */
  long take(int bytes) {
    lock.lock();
    try {
      if (rate == UNLIMITED) {
        return 0;
      }
      refill();
      tokens -= bytes;
      return debtNanos();
    } finally {
      lock.unlock();
    }
  }

  /** For how many nanoseconds the bucket is still in debt. */
  long debtNanosNow() {
    lock.lock();
    try {
      refill();
      return debtNanos();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no debt is left, then takes {@code bytes}. */
  void await(int bytes) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      refill();
      for (long wait = debtNanos(); wait > 0; wait = debtNanos()) {
        var _ = changed.awaitNanos(wait);
        refill();
      }
      if (rate != UNLIMITED) {
        tokens -= bytes;
      }
    } finally {
      lock.unlock();
    }
  }

  private long debtNanos() {
    if (rate == UNLIMITED || tokens >= 0) {
      return 0;
    }
    return Math.max(TimeUnit.MILLISECONDS.toNanos(1), (long) (-tokens * NANOS_PER_SECOND / rate));
  }

  private void refill() {
    long now = System.nanoTime();
    if (rate == UNLIMITED) {
      tokens = 0;
    } else {
      tokens = Math.min((double) rate, tokens + (now - filledNanos) * (rate / NANOS_PER_SECOND));
    }
    filledNanos = now;
  }
}
