package cloud.zansoc.storage.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads blocks and verifies them before it gives them.
 *
 * <p>Reads run on a few threads of their own, which nobody interrupts: an interrupt would close the
 * file under all readers. A caller waits for its read even when it is interrupted, since the read
 * fills the caller's buffer; its interrupt stays set.
 */
final class BlockReader implements AutoCloseable {
  /** How many blocks are read at once; each takes a buffer of a block's size outside the heap. */
  static final int THREADS = 8;

  private static final Logger LOG = LoggerFactory.getLogger(BlockReader.class);
  private static final int IDLE_SECONDS = 30;

  private final Disk disk;
  private final ConcurrentLinkedQueue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
  private final ThreadPoolExecutor threads;

  /** How a read ended. */
  enum Outcome {
    /** The block is what it should be. */
    GOOD,
    /** The block is not there as it was written. */
    DAMAGED,
    /** The disk could not read it. */
    UNREADABLE,
    /** The log file is gone: the block was moved or forgotten meanwhile. */
    GONE
  }

  BlockReader(Disk disk) {
    this.disk = disk;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("block-reader-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Verifies a block. */
  Outcome check(BlockIndex.Place place, Digest digest) {
    return read(place, digest, ByteBuffer.allocate(0));
  }

  /** Reads a block into {@code into}, if that has room, once it is verified. */
  Outcome read(BlockIndex.Place place, Digest digest, ByteBuffer into) {
    try {
      return CompletableFuture.supplyAsync(() -> readNow(place, digest, into), threads).join();
    } catch (RejectedExecutionException e) {
      throw new ZansocException(ErrorCode.HOST_PAUSED, "this host's block store is closed", e);
    } catch (CompletionException e) {
      throw new ZansocException(ErrorCode.INTERNAL, "reading block " + digest + " failed", e);
    }
  }

  private Outcome readNow(BlockIndex.Place place, Digest digest, ByteBuffer into) {
    ByteBuffer pooled = buffers.poll();
    ByteBuffer buffer = pooled == null ? newBuffer() : pooled;
    try (Disk.File file = disk.openDirect(LogFile.name(place.file()))) {
      ByteBuffer block = read(file, place, buffer);
      if (block.remaining() != place.length() || !Digest.sha256(block).equals(digest)) {
        return Outcome.DAMAGED;
      }
      if (into.remaining() >= place.length()) {
        into.put(block);
      }
      return Outcome.GOOD;
    } catch (NoSuchFileException _) {
      return Outcome.GONE;
    } catch (IOException e) {
      LOG.error("cannot read block {} at {}", digest, place, e);
      return Outcome.UNREADABLE;
    } finally {
      buffers.add(buffer);
    }
  }

  /** Reads the aligned piece of the file in which the block lies, and gives what is there of it. */
  private static ByteBuffer read(Disk.File file, BlockIndex.Place place, ByteBuffer buffer)
      throws IOException {
    long start = place.offset() + LogRecord.BYTES;
    int before = (int) (start % file.alignment());
    int bytes = before + place.length();
    int behind = -bytes & (file.alignment() - 1);
    file.read(buffer.clear().limit(bytes + behind), start - before);
    int there = Math.min(buffer.position(), bytes);
    return buffer.limit(there).position(Math.min(before, there));
  }

  private static ByteBuffer newBuffer() {
    return ByteBuffer.allocateDirect(Limits.BLOCK_BYTES + 3 * Disk.MAX_ALIGNMENT)
        .alignedSlice(Disk.MAX_ALIGNMENT);
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
