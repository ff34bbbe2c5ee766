package cloud.zansoc.host.volumes;

import cloud.zansoc.base.Limits;
import cloud.zansoc.codec.format.VolumeLeaf;
import cloud.zansoc.codec.format.VolumeObject;
import cloud.zansoc.codec.format.VolumeRoot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the blocks of one snapshot lie, in memory. Immutable: the next snapshot's table shares the
 * leaves that have not changed.
 */
final class BlockTable {
  /** Objects beyond this are consolidated. */
  static final int USUAL_PARTS = 64;

  /** The most blocks that one snapshot stores again for the sake of order: 64 MiB. */
  static final int CONSOLIDATED_BLOCKS = 256;

  private final long size;
  private final Optional<VolumeObject> newest;
  private final @Nullable VolumeLeaf[] leaves;
  private final SortedMap<Integer, VolumeRoot.LeafPlace> places;
  private final SortedMap<VolumeObject, VolumeRoot.Part> parts;

  private BlockTable(
      long size,
      Optional<VolumeObject> newest,
      @Nullable VolumeLeaf[] leaves,
      SortedMap<Integer, VolumeRoot.LeafPlace> places,
      SortedMap<VolumeObject, VolumeRoot.Part> parts) {
    this.size = size;
    this.newest = newest;
    this.leaves = leaves;
    this.places = places;
    this.parts = parts;
  }

  /** That of an empty volume, of which there is no snapshot. */
  static BlockTable empty(long size) {
    return new BlockTable(
        size, Optional.empty(), new VolumeLeaf[leaves(size)], new TreeMap<>(), new TreeMap<>());
  }

  /**
   * That of a stored snapshot.
   *
   * @param object the snapshot's own
   * @param leaves by their index
   */
  static BlockTable of(VolumeObject object, VolumeRoot root, Map<Integer, VolumeLeaf> leaves) {
    @Nullable VolumeLeaf[] all = new VolumeLeaf[leaves(root.size())];
    leaves.forEach((index, leaf) -> all[index] = leaf);
    SortedMap<Integer, VolumeRoot.LeafPlace> places = new TreeMap<>();
    root.leaves().forEach(place -> places.put(place.index(), place));
    SortedMap<VolumeObject, VolumeRoot.Part> parts = new TreeMap<>();
    root.parts().forEach(part -> parts.put(part.object(), part));
    return new BlockTable(root.size(), Optional.of(object), all, places, parts);
  }

  private static int leaves(long size) {
    long blocks = size / Limits.BLOCK_BYTES;
    return Math.toIntExact((blocks + VolumeLeaf.BLOCKS - 1) / VolumeLeaf.BLOCKS);
  }

  /** Bytes of the volume. */
  long size() {
    return size;
  }

  /** The snapshot's own object. */
  Optional<VolumeObject> newest() {
    return newest;
  }

  /** How many blocks are not all zero. */
  long blocks() {
    long count = 0;
    for (VolumeLeaf leaf : leaves) {
      count += leaf == null ? 0 : leaf.entries().size();
    }
    return count;
  }

  /** Where a block lies; none: it is all zero. */
  Optional<VolumeLeaf.Entry> block(long number) {
    @Nullable VolumeLeaf leaf = leaves[(int) (number / VolumeLeaf.BLOCKS)];
    if (leaf == null) {
      return Optional.empty();
    }
    int index = (int) (number % VolumeLeaf.BLOCKS);
    List<VolumeLeaf.Entry> entries = leaf.entries();
    int low = 0;
    int high = entries.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int there = entries.get(middle).index();
      if (there == index) {
        return Optional.of(entries.get(middle));
      }
      if (there < index) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }

  /** The blocks by ascending number, of the leaf with this index. */
  List<VolumeLeaf.Entry> leaf(int index) {
    @Nullable VolumeLeaf leaf = leaves[index];
    return leaf == null ? List.of() : leaf.entries();
  }

  /** How many leaves a volume of this size has, present or not. */
  int leafCount() {
    return leaves.length;
  }

  /**
   * Objects that the next snapshot should not need any more: those that are more than half dead,
   * and the smallest where there are too many; as many as {@link #CONSOLIDATED_BLOCKS} allow.
   */
  Set<VolumeObject> wasteful() {
    List<VolumeRoot.Part> smallestFirst =
        parts.values().stream()
            .sorted(Comparator.comparingInt(VolumeRoot.Part::liveBlocks))
            .toList();
    int excess = parts.size() > USUAL_PARTS ? parts.size() - USUAL_PARTS / 2 : 0;
    Set<VolumeObject> chosen = new HashSet<>();
    int blocks = 0;
    for (VolumeRoot.Part part : smallestFirst) {
      boolean wanted = chosen.size() < excess || part.liveBlocks() * 2 < part.blocks();
      if (wanted && blocks + part.liveBlocks() <= CONSOLIDATED_BLOCKS) {
        chosen.add(part.object());
        blocks += part.liveBlocks();
      }
    }
    return chosen;
  }

  /** Leaves that lie in one of these objects. */
  Set<Integer> leavesIn(Set<VolumeObject> objects) {
    Set<Integer> indexes = new HashSet<>();
    places.forEach((index, place) -> {
      if (objects.contains(place.object())) {
        indexes.add(index);
      }
    });
    return indexes;
  }

  /** Where the leaf lies that has not changed. */
  Map<Integer, VolumeRoot.LeafPlace> places() {
    return places;
  }

  /** The objects that this snapshot stands on. */
  Set<VolumeObject> objects() {
    return parts.keySet();
  }

  /** How many blocks were ever stored in an object that this snapshot stands on. */
  int stored(VolumeObject object) {
    VolumeRoot.@Nullable Part part = parts.get(object);
    return part == null ? 0 : part.blocks();
  }

  /**
   * The leaf with this index once its blocks are changed.
   *
   * @param changes by the block's index in the leaf; none: it is all zero now
   */
  Optional<VolumeLeaf> changed(int index, SortedMap<Integer, Optional<VolumeLeaf.Entry>> changes) {
    SortedMap<Integer, VolumeLeaf.Entry> entries = new TreeMap<>();
    leaf(index).forEach(entry -> entries.put(entry.index(), entry));
    changes.forEach((block, entry) ->
        entry.ifPresentOrElse(now -> entries.put(block, now), () -> entries.remove(block)));
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.of(new VolumeLeaf(new ArrayList<>(entries.values())));
  }
}
