package cloud.zansoc.host.volumes;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import cloud.zansoc.codec.format.VolumeLeaf;
import cloud.zansoc.codec.format.VolumeObject;
import cloud.zansoc.codec.format.VolumeRoot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The object of a new snapshot: its new blocks, its new leaves, its root and the root's length.
 *
 * @param table the new snapshot's
 * @param blocks their numbers in the order in which they lie in the object
 * @param end what follows the blocks
 */
record SnapshotObject(VolumeObject object, BlockTable table, List<Long> blocks, byte[] end) {
  SnapshotObject {
    blocks = List.copyOf(blocks);
    end = end.clone();
  }

  @Override
  public byte[] end() {
    return end.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SnapshotObject its && object.equals(its.object);
  }

  @Override
  public int hashCode() {
    return object.hashCode();
  }

  /**
   * Of which state it is.
   *
   * @param number the snapshot's
   */
  record Moment(long number, long generation, Instant taken) {}

  /**
   * Lays a snapshot out.
   *
   * @param before the snapshot that it is made from
   * @param again objects that it shall not need any more
   */
  static SnapshotObject of(
      VolumeObject object,
      Moment moment,
      BlockTable before,
      BlockChanges changes,
      Set<VolumeObject> again) {
    SortedMap<Integer, SortedMap<Integer, Optional<VolumeLeaf.Entry>>> byLeaf = new TreeMap<>();
    before.leavesIn(again).forEach(index -> byLeaf.put(index, new TreeMap<>()));
    List<Long> order = new ArrayList<>();
    changes
        .blocks()
        .forEach((number, digest) -> {
          int index = (int) (number % VolumeLeaf.BLOCKS);
          Optional<VolumeLeaf.Entry> entry =
              digest.map(its -> entry(index, object, order.size(), its));
          byLeaf
              .computeIfAbsent((int) (number / VolumeLeaf.BLOCKS), leaf -> new TreeMap<>())
              .put(index, entry);
          entry.ifPresent(its -> order.add(number));
        });
    return assemble(object, moment, before, order, byLeaf);
  }

  private static VolumeLeaf.Entry entry(int index, VolumeObject object, int at, Digest digest) {
    return new VolumeLeaf.Entry(index, object, (long) at * Limits.BLOCK_BYTES, digest);
  }

  private static SnapshotObject assemble(
      VolumeObject object,
      Moment moment,
      BlockTable before,
      List<Long> order,
      SortedMap<Integer, SortedMap<Integer, Optional<VolumeLeaf.Entry>>> byLeaf) {
    ByteArrayOutputStream end = new ByteArrayOutputStream();
    long leavesAt = (long) order.size() * Limits.BLOCK_BYTES;
    SortedMap<Integer, VolumeRoot.LeafPlace> places = new TreeMap<>(before.places());
    Map<Integer, VolumeLeaf> leaves = new HashMap<>();
    byLeaf.forEach((index, changed) -> {
      Optional<VolumeLeaf> leaf = before.changed(index, changed);
      places.remove(index);
      leaf.ifPresent(its -> {
        byte[] bytes = its.encode();
        places.put(
            index,
            new VolumeRoot.LeafPlace(
                index, object, leavesAt + end.size(), bytes.length, Digest.sha256(bytes)));
        leaves.put(index, its);
        end.writeBytes(bytes);
      });
    });
    places.keySet().stream()
        .filter(index -> !leaves.containsKey(index))
        .forEach(index -> leaves.put(index, new VolumeLeaf(before.leaf(index))));
    VolumeRoot root =
        new VolumeRoot(
            moment.number(),
            moment.generation(),
            moment.taken(),
            before.size(),
            before.newest(),
            parts(object, order.size(), before, leaves, places),
            List.copyOf(places.values()));
    byte[] encoded = root.encode();
    end.writeBytes(encoded);
    end.writeBytes(ByteBuffer.allocate(VolumeRoot.TRAILER_BYTES).putInt(encoded.length).array());
    return new SnapshotObject(
        object, BlockTable.of(object, root, leaves), order, end.toByteArray());
  }

  private static List<VolumeRoot.Part> parts(
      VolumeObject object,
      int stored,
      BlockTable before,
      Map<Integer, VolumeLeaf> leaves,
      SortedMap<Integer, VolumeRoot.LeafPlace> places) {
    SortedMap<VolumeObject, Integer> live = new TreeMap<>();
    live.put(object, 0);
    places.values().forEach(place -> live.putIfAbsent(place.object(), 0));
    leaves
        .values()
        .forEach(
            leaf -> leaf.entries().forEach(entry -> live.merge(entry.object(), 1, Integer::sum)));
    List<VolumeRoot.Part> parts = new ArrayList<>();
    live.forEach((of, count) ->
        parts.add(new VolumeRoot.Part(of, of.equals(object) ? stored : before.stored(of), count)));
    return parts;
  }

  /** How long it is. */
  long bytes() {
    return (long) blocks.size() * Limits.BLOCK_BYTES + end.length;
  }

  /**
   * Its bytes.
   *
   * @param source a file that has the blocks where the volume has them
   */
  InputStream open(Path source) throws IOException {
    FileChannel channel = FileChannel.open(source);
    return new SequenceInputStream(
        Collections.enumeration(
            Arrays.asList(new Blocks(channel, blocks), new ByteArrayInputStream(end))));
  }

  /** Blocks of a file, one after the other. */
  private static final class Blocks extends InputStream {
    private final FileChannel channel;
    private final List<Long> numbers;
    private final ByteBuffer block = ByteBuffer.allocate(Limits.BLOCK_BYTES).limit(0);
    private int next;

    Blocks(FileChannel channel, List<Long> numbers) {
      this.channel = channel;
      this.numbers = numbers;
    }

    @Override
    public int read() throws IOException {
      return advance() ? block.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!advance()) {
        return -1;
      }
      int count = Math.min(length, block.remaining());
      block.get(into, at, count);
      return count;
    }

    private boolean advance() throws IOException {
      if (!block.hasRemaining() && next < numbers.size()) {
        BlockChanges.read(channel, numbers.get(next++), block);
      }
      return block.hasRemaining();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
