package cloud.zansoc.host.measure;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The processor's score: millions of bytes a second that are encrypted with AES-256 in counter mode
 * and then hashed with SHA-256, block by block of 256 KiB, which is what storing costs a client and
 * half of it a host. One thread's score is the single score; the sum over one thread for each vCPU
 * at the same time is the score of all.
 */
final class ProcessorScore {
  private static final int WARM_UP_PIECE_BYTES = 256;
  private static final long WARM_UP_PIECES = 50_000;
  private static final int WARM_UP_ROUNDS = 4;
  private static final int WARM_UP_SLICES = 16;
  private static final int WARM_UP_STRETCH = 4;
  private static final int SLICES = 4;

  private ProcessorScore() {}

  /**
   * Makes the JIT compile what will be timed. In small pieces: it counts calls, and AES in counter
   * mode is many times slower before it is compiled. In rounds: what is compiled for small pieces
   * alone is thrown away at the first block, and must be compiled again. On a busy machine, where
   * the compiler comes late, this goes on for up to four times the budget.
   */
  static void warmUp(Duration budget) {
    long end = System.nanoTime() + WARM_UP_STRETCH * budget.toNanos();
    Duration slice = budget.dividedBy(WARM_UP_SLICES);
    for (int round = 0; round < WARM_UP_ROUNDS && System.nanoTime() < end; round++) {
      long pieces = 0;
      do {
        // Millions of bytes a second, times microseconds, are bytes.
        pieces +=
            run(1, slice, WARM_UP_PIECE_BYTES) * (slice.toNanos() / 1000) / WARM_UP_PIECE_BYTES;
      } while (pieces < WARM_UP_PIECES && System.nanoTime() < end);
      run(1, slice, Limits.BLOCK_BYTES);
    }
  }

  static long single(Duration budget) {
    return best(1, budget);
  }

  /** The sum of {@code threads} threads that work at the same time, on platform threads. */
  static long allThreads(int threads, Duration budget) {
    return best(threads, budget);
  }

  /** The best of a few slices of time counts: what else runs on the machine disturbs it least. */
  private static long best(int threads, Duration budget) {
    long best = 0;
    for (int slice = 0; slice < SLICES; slice++) {
      best = Math.max(best, run(threads, budget.dividedBy(SLICES), Limits.BLOCK_BYTES));
    }
    return best;
  }

  private static long run(int threads, Duration budget, int pieceBytes) {
    CountDownLatch ready = new CountDownLatch(threads);
    CountDownLatch start = new CountDownLatch(1);
    LongAdder score = new LongAdder();
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      workers.add(
          Thread.ofPlatform()
              .daemon()
              .name("measure-cpu-" + i)
              .start(() -> score.add(work(ready, start, budget, pieceBytes))));
    }
    try {
      ready.await();
      start.countDown();
      for (Thread worker : workers) {
        worker.join();
      }
    } catch (InterruptedException e) {
      workers.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
    }
    return score.sum();
  }

  private static long work(
      CountDownLatch ready, CountDownLatch start, Duration budget, int pieceBytes) {
    byte[] block = new byte[pieceBytes];
    MessageDigest sha256 = Digest.newSha256();
    try {
      Cipher aes = Cipher.getInstance("AES/CTR/NoPadding");
      aes.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(new byte[32], "AES"),
          new IvParameterSpec(new byte[16]));
      ready.countDown();
      start.await();
      long began = System.nanoTime();
      long bytes = 0;
      long elapsed = 0;
      while (elapsed < budget.toNanos() && !Thread.currentThread().isInterrupted()) {
        aes.update(block, 0, block.length, block, 0);
        sha256.update(block);
        bytes += block.length;
        elapsed = System.nanoTime() - began;
      }
      return bytes * 1000 / Math.max(1, elapsed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no AES/CTR", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
