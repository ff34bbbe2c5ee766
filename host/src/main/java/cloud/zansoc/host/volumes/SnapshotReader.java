package cloud.zansoc.host.volumes;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.VolumeLeaf;
import cloud.zansoc.codec.format.VolumeObject;
import cloud.zansoc.codec.format.VolumeRoot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads snapshots: each leaf and block is used only once its digest is seen to be right. */
final class SnapshotReader {
  /** What is asked for at once. */
  private static final long RUN_BYTES = 8L << 20;

  private static final int RUNS_AT_ONCE = 4;

  /** What of an object's end is read at first: most roots are shorter. */
  private static final int FIRST_READ = 64 << 10;

  private final SnapshotStorage storage;

  SnapshotReader(SnapshotStorage storage) {
    this.storage = storage;
  }

  /** The root of a snapshot. */
  VolumeRoot root(VolumeObject object) {
    long size = storage.size(object.key());
    int first = (int) Math.min(size, FIRST_READ);
    byte[] end = bytes(object, size - first, first);
    if (first < VolumeRoot.TRAILER_BYTES) {
      throw damaged(object, "it is too short");
    }
    int trailerAt = first - VolumeRoot.TRAILER_BYTES;
    int length = VolumeRoot.lengthFrom(Arrays.copyOfRange(end, trailerAt, first));
    if (length + VolumeRoot.TRAILER_BYTES > size) {
      throw damaged(object, "its root has more bytes than it has itself");
    }
    byte[] encoded =
        length <= trailerAt
            ? Arrays.copyOfRange(end, trailerAt - length, trailerAt)
            : bytes(object, size - VolumeRoot.TRAILER_BYTES - length, length);
    VolumeRoot root = VolumeRoot.decode(encoded);
    if (root.number() != object.number()) {
      throw damaged(object, "it is snapshot " + root.number());
    }
    return root;
  }

  /** The table of a snapshot. */
  BlockTable table(VolumeObject object) {
    VolumeRoot root = root(object);
    Map<Integer, VolumeLeaf> leaves = new HashMap<>();
    List<Callable<VolumeLeaf>> reads = new ArrayList<>();
    root.leaves().forEach(place -> reads.add(() -> leaf(place)));
    List<VolumeLeaf> read = parallel(reads);
    for (int i = 0; i < read.size(); i++) {
      leaves.put(root.leaves().get(i).index(), read.get(i));
    }
    return BlockTable.of(object, root, leaves);
  }

  private VolumeLeaf leaf(VolumeRoot.LeafPlace place) {
    byte[] bytes = bytes(place.object(), place.offset(), place.length());
    if (!Digest.sha256(bytes).equals(place.digest())) {
      throw damaged(place.object(), "leaf " + place.index() + " is not what it was");
    }
    return VolumeLeaf.decode(bytes);
  }

  /** Writes all blocks of a snapshot into a new file of the volume's size; the rest is a hole. */
  void restore(BlockTable table, Path image) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            image,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      setSize(channel, table.size());
      List<Callable<Boolean>> reads = new ArrayList<>();
      for (Run run : runs(table)) {
        reads.add(() -> {
          copy(run, channel);
          return true;
        });
      }
      List<Boolean> done = parallel(reads);
      assert done.size() == reads.size();
      channel.force(true);
    }
  }

  private static void setSize(FileChannel channel, long size) throws IOException {
    int written = channel.write(ByteBuffer.allocate(1), size - 1);
    assert written == 1;
  }

  /** Blocks that lie one behind the other in one object. */
  private record Run(VolumeObject object, long offset, List<Placed> blocks) {
    long end() {
      return offset + (long) blocks.size() * Limits.BLOCK_BYTES;
    }
  }

  private record Placed(long number, VolumeLeaf.Entry entry) {}

  private static List<Run> runs(BlockTable table) {
    List<Placed> all = new ArrayList<>();
    for (int leaf = 0; leaf < table.leafCount(); leaf++) {
      for (VolumeLeaf.Entry entry : table.leaf(leaf)) {
        all.add(new Placed((long) leaf * VolumeLeaf.BLOCKS + entry.index(), entry));
      }
    }
    all.sort(
        Comparator.comparing((Placed block) -> block.entry().object())
            .thenComparingLong(block -> block.entry().offset()));
    List<Run> runs = new ArrayList<>();
    for (Placed block : all) {
      VolumeLeaf.Entry entry = block.entry();
      if (runs.isEmpty()
          || !runs.getLast().object().equals(entry.object())
          || runs.getLast().end() != entry.offset()
          || runs.getLast().end() - runs.getLast().offset() >= RUN_BYTES) {
        runs.add(new Run(entry.object(), entry.offset(), new ArrayList<>()));
      }
      runs.getLast().blocks().add(block);
    }
    return runs;
  }

  private void copy(Run run, FileChannel image) {
    BlockWriter writer = new BlockWriter(run, image);
    storage.copy(run.object().key(), run.offset(), run.end() - run.offset(), writer);
    writer.requireAll();
  }

  /** Puts the blocks of a run in their places. */
  private static final class BlockWriter implements WritableByteChannel {
    private final Run run;
    private final FileChannel image;
    private final byte[] bytes = new byte[Limits.BLOCK_BYTES];
    private final ByteBuffer block = ByteBuffer.wrap(bytes);
    private int next;

    BlockWriter(Run run, FileChannel image) {
      this.run = run;
      this.image = image;
    }

    @Override
    public int write(ByteBuffer more) throws IOException {
      int length = more.remaining();
      while (more.hasRemaining()) {
        int count = Math.min(more.remaining(), block.remaining());
        block.put(more.slice(more.position(), count));
        more.position(more.position() + count);
        if (!block.hasRemaining()) {
          put();
        }
      }
      return length;
    }

    private void put() throws IOException {
      Placed placed = run.blocks().get(next++);
      if (!Digest.sha256(bytes).equals(placed.entry().digest())) {
        throw damaged(run.object(), "block " + placed.number() + " is not what it was");
      }
      block.flip();
      while (block.hasRemaining()) {
        int written = image.write(block, placed.number() * Limits.BLOCK_BYTES + block.position());
        assert written >= 0;
      }
      block.clear();
    }

    void requireAll() {
      if (next != run.blocks().size()) {
        throw damaged(run.object(), "it ends before its last block");
      }
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  private byte[] bytes(VolumeObject object, long offset, int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length);
    storage.copy(object.key(), offset, length, Channels.newChannel(out));
    if (out.size() != length) {
      throw damaged(object, "it ends too early");
    }
    return out.toByteArray();
  }

  private static ZansocException damaged(VolumeObject object, String why) {
    return new ZansocException(
        ErrorCode.DAMAGED,
        "object %s of a volume's snapshot is damaged: %s; restore an earlier snapshot"
            .formatted(object, why));
  }

  private static <T> List<T> parallel(List<Callable<T>> work) {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(RUNS_AT_ONCE, Thread.ofVirtual().factory())) {
      List<T> results = new ArrayList<>(work.size());
      try {
        List<Future<T>> futures = work.stream().map(threads::submit).toList();
        for (Future<T> future : futures) {
          results.add(future.get());
        }
        return results;
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw e.getCause() instanceof ZansocException known
            ? known
            : new ZansocException(ErrorCode.INTERNAL, "reading a snapshot failed", e);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new ZansocException(ErrorCode.INTERNAL, "reading a snapshot was interrupted", e);
      }
    }
  }
}
