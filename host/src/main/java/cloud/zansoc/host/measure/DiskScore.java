package cloud.zansoc.host.measure;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.node.MachineReport.Disk;
import cloud.zansoc.storage.host.DirectAccess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** How fast the disk of one folder is, by a test file that is removed again. */
final class DiskScore {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int CHUNKS_A_SYNC = 8;
  private static final int SMALL_BYTES = 4096;
  private static final long LEAST_BYTES = (long) CHUNKS_A_SYNC * CHUNK_BYTES;

  private final Path folder;
  private final ByteSize reserve;
  private final MeasureBudget budget;

  /**
   * @param folder exists and can be written
   * @param reserve free space that the test file leaves alone
   */
  DiskScore(Path folder, ByteSize reserve, MeasureBudget budget) {
    this.folder = folder;
    this.reserve = reserve;
    this.budget = budget;
  }

  /**
   * Measures.
   *
   * @throws ZansocException NO_SPACE if the test file does not fit above the reserve
   */
  Disk measure(List<String> notes) throws IOException {
    FileStore store = Files.getFileStore(folder);
    long free = store.getUsableSpace();
    long spare = free - reserve.bytes();
    if (spare < 2 * LEAST_BYTES) {
      throw new ZansocException(
          ErrorCode.NO_SPACE,
          "the disk of %s has %s free, and %s must stay free: choose another folder or free some"
              .formatted(folder, new ByteSize(free), reserve));
    }
    Path file = Files.createTempFile(folder, "measure-", ".tmp");
    try {
      long most = Math.max(LEAST_BYTES, Math.min(budget.diskBytes().bytes(), spare / 2));
      long[] written = write(file, most);
      long read = read(file, written[0], alignment(store), notes);
      long syncs = syncs(file);
      return new Disk(
          store.getTotalSpace(), free, Rates.perSecond(written[0], written[1]), read, syncs);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static int alignment(FileStore store) {
    try {
      return Math.toIntExact(store.getBlockSize());
    } catch (IOException | UnsupportedOperationException e) {
      return SMALL_BYTES;
    }
  }

  /** Synced every 8 MiB, so that a slow disk is noticed in time. Bytes written, nanoseconds. */
  private long[] write(Path file, long most) throws IOException {
    byte[] random = new byte[CHUNK_BYTES];
    // Random, so that a file system that compresses gains nothing; any seed will do.
    new Random(1).nextBytes(random);
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).put(random).flip();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long began = System.nanoTime();
      long bytes = 0;
      do {
        for (int i = 0; i < CHUNKS_A_SYNC; i++) {
          bytes += writeFully(channel, chunk);
        }
        channel.force(false);
      } while (bytes + LEAST_BYTES <= most
          && System.nanoTime() - began < budget.diskWrite().toNanos());
      return new long[] {bytes, System.nanoTime() - began};
    }
  }

  private static int writeFully(FileChannel channel, ByteBuffer source) throws IOException {
    ByteBuffer left = source.duplicate();
    while (left.hasRemaining()) {
      channel.write(left);
    }
    return source.remaining();
  }

  private long read(Path file, long bytes, int alignment, List<String> notes) throws IOException {
    try {
      return read(file, bytes, alignment, DirectAccess.option());
    } catch (UnsupportedOperationException | IOException e) {
      notes.add(
          "disk reads went through the system's cache, which this file system cannot bypass: the"
              + " figure is too high");
      return read(file, bytes, alignment, StandardOpenOption.READ);
    }
  }

  private long read(Path file, long bytes, int alignment, OpenOption option) throws IOException {
    ByteBuffer into = ByteBuffer.allocateDirect(CHUNK_BYTES + alignment).alignedSlice(alignment);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, option)) {
      long began = System.nanoTime();
      long at = 0;
      while (at < bytes && System.nanoTime() - began < budget.diskWrite().toNanos()) {
        into.clear().limit(CHUNK_BYTES);
        int count = channel.read(into, at);
        if (count <= 0) {
          break;
        }
        at += count;
      }
      return Rates.perSecond(at, System.nanoTime() - began);
    }
  }

  private long syncs(Path file) throws IOException {
    ByteBuffer small = ByteBuffer.allocateDirect(SMALL_BYTES);
    Duration limit = budget.diskSyncs();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      long began = System.nanoTime();
      long count = 0;
      do {
        writeFully(channel, small);
        channel.force(false);
        count++;
      } while (System.nanoTime() - began < limit.toNanos());
      return Rates.perSecond(count, System.nanoTime() - began);
    }
  }
}
