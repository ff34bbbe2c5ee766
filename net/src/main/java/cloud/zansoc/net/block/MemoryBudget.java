package cloud.zansoc.net.block;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A count of bytes that many connections share. Who finds it empty leaves a claim, and is told when
 * the bytes are his, in the order of asking. Thread-safe.
 */
final class MemoryBudget {
  /** Somebody's wait for {@code bytes}; {@code granted} is run by whoever gives them back. */
  record Claim(int bytes, Runnable granted) {}

  private final long capacity;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final ArrayDeque<Claim> claims = new ArrayDeque<>();
  private long used;

  MemoryBudget(long capacity) {
    this.capacity = capacity;
  }

  /** Takes the claim's bytes and returns true, or queues it and returns false. */
  boolean take(Claim claim) {
    lock.lock();
    try {
      if (claims.isEmpty() && used + claim.bytes <= capacity) {
        used += claim.bytes;
        return true;
      }
      claims.add(claim);
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a queued claim back; false if it was granted meanwhile, and must be released. */
  boolean withdraw(Claim claim) {
    lock.lock();
    try {
      return claims.remove(claim);
    } finally {
      lock.unlock();
    }
  }

  /** Gives {@code bytes} back, and grants the claims that they suffice for. */
  void release(int bytes) {
    ArrayDeque<Claim> granted = new ArrayDeque<>();
    lock.lock();
    try {
      used -= bytes;
      for (Claim next = claims.peek();
          next != null && used + next.bytes <= capacity;
          next = claims.peek()) {
        used += next.bytes;
        granted.add(claims.remove());
      }
    } finally {
      lock.unlock();
    }
    granted.forEach(claim -> claim.granted.run());
  }

  /** Bytes taken and not yet given back. */
  long used() {
    lock.lock();
    try {
      return used;
    } finally {
      lock.unlock();
    }
  }
}
