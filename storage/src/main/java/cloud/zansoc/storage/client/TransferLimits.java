package cloud.zansoc.storage.client;

import cloud.zansoc.base.ByteSize;
import java.time.Duration;

/**
 * The bounds of one client's transfers; all of its transfers together share them.
 *
 * @param memory bytes of blocks held at any moment, at least 64 MiB (one stripe of the widest code)
 * @param codingThreads threads that encrypt, encode and hash
 * @param blockTimeout how long one block may take before its host counts as stalled
 * @param graceFloor the least time that a straggler is waited for once enough others have stored a
 *     stripe, or that a block is waited for before another position is asked as well
 * @param graceCeiling the most time that a straggler is waited for
 */
public record TransferLimits(
    ByteSize memory,
    int codingThreads,
    Duration blockTimeout,
    Duration graceFloor,
    Duration graceCeiling) {
  /** What a client of 256 MiB of heap works with. */
  public static final TransferLimits DEFAULT =
      new TransferLimits(
          ByteSize.ofMebibytes(96),
          Math.max(1, Runtime.getRuntime().availableProcessors()),
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          Duration.ofSeconds(15));

  /** What an agent works with, which has little memory: all transfers together get the least. */
  public static final TransferLimits LEAST =
      new TransferLimits(
          ByteSize.ofMebibytes(64),
          1,
          DEFAULT.blockTimeout(),
          DEFAULT.graceFloor(),
          DEFAULT.graceCeiling());

  private static final long LEAST_MEMORY = 64L << 20;

  public TransferLimits {
    if (memory.bytes() < LEAST_MEMORY || codingThreads < 1) {
      throw new IllegalArgumentException(
          "a transfer needs 64 MiB and a thread: " + memory + ", " + codingThreads + " threads");
    }
  }
}
