package cloud.zansoc.host.volumes;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import cloud.zansoc.codec.format.VolumeLeaf;
import cloud.zansoc.codec.format.VolumeObject;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What of an image differs from a snapshot: found by reading all of it that is no hole and
 * comparing digests.
 *
 * @param blocks by number the digest of each that is to be stored; none where it is all zero now
 */
record BlockChanges(SortedMap<Long, Optional<Digest>> blocks) {
  private static final int BLOCK = Limits.BLOCK_BYTES;
  private static final byte[] ZEROS = new byte[BLOCK];

  /** Takes each block that is to be stored, while it is at hand. */
  @FunctionalInterface
  interface Sink {
    void block(long number, ByteBuffer bytes) throws IOException;

    /** Before each block that is read: where reading takes too long, this throws. */
    default void reading() {}

    /** For those who read the blocks again later. */
    Sink NONE = (number, bytes) -> {};
  }

  /**
   * Compares an image that nobody changes meanwhile.
   *
   * @param again objects whose blocks are stored again, changed or not
   */
  static BlockChanges find(Path image, BlockTable table, Set<VolumeObject> again, Sink sink)
      throws IOException {
    SortedMap<Long, Optional<Digest>> changes = new TreeMap<>();
    byte[] block = new byte[BLOCK];
    long next = 0;
    try (FileChannel channel = FileChannel.open(image)) {
      for (LinuxFiles.Extent extent : LinuxFiles.data(image)) {
        long first = Math.max(next, extent.start() / BLOCK);
        long end = Math.min((extent.end() + BLOCK - 1) / BLOCK, table.size() / BLOCK);
        zeros(table, next, first, changes);
        for (long number = first; number < end; number++) {
          sink.reading();
          read(channel, number, ByteBuffer.wrap(block));
          compare(table, again, number, block, changes, sink);
        }
        next = Math.max(next, end);
      }
    }
    zeros(table, next, table.size() / BLOCK, changes);
    return new BlockChanges(changes);
  }

  private static void compare(
      BlockTable table,
      Set<VolumeObject> again,
      long number,
      byte[] block,
      SortedMap<Long, Optional<Digest>> changes,
      Sink sink)
      throws IOException {
    Optional<VolumeLeaf.Entry> before = table.block(number);
    if (Arrays.equals(block, ZEROS)) {
      if (before.isPresent()) {
        changes.put(number, Optional.empty());
      }
      return;
    }
    Digest digest = Digest.sha256(block);
    if (before.isEmpty()
        || !before.get().digest().equals(digest)
        || again.contains(before.get().object())) {
      changes.put(number, Optional.of(digest));
      sink.block(number, ByteBuffer.wrap(block));
    }
  }

  /** Blocks of the table within a hole are all zero by now. */
  private static void zeros(
      BlockTable table, long from, long to, SortedMap<Long, Optional<Digest>> changes) {
    for (long at = from; at < to; ) {
      int leaf = (int) (at / VolumeLeaf.BLOCKS);
      long end = Math.min(to, (leaf + 1L) * VolumeLeaf.BLOCKS);
      for (VolumeLeaf.Entry entry : table.leaf(leaf)) {
        long number = (long) leaf * VolumeLeaf.BLOCKS + entry.index();
        if (number >= at && number < end) {
          changes.put(number, Optional.empty());
        }
      }
      at = end;
    }
  }

  static void read(FileChannel channel, long number, ByteBuffer block) throws IOException {
    block.clear();
    while (block.hasRemaining()) {
      if (channel.read(block, number * BLOCK + block.position()) < 0) {
        throw new EOFException("block " + number + " lies behind the end of the image");
      }
    }
    block.flip();
  }

  /** How many blocks are to be stored. */
  int stored() {
    return (int) blocks.values().stream().filter(Optional::isPresent).count();
  }
}
