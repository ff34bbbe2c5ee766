package cloud.zansoc.codec.format;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A snapshot of a volume: which objects hold its blocks, and where its leaves are. It stands at the
 * end of the snapshot's own object, behind the blocks and leaves that are new.
 * docs/format/volume-snapshot.md gives the bytes.
 *
 * @param number counted up from 1 over the volume's life
 * @param generation of the instance whose host took it
 * @param taken the moment whose state it is, by the host's clock
 * @param size of the volume in bytes
 * @param parent the snapshot that this one was made from
 * @param parts every object that a block or leaf of it lies in, in ascending order
 * @param leaves by ascending index; one that is not there has no block
 */
public record VolumeRoot(
    long number,
    long generation,
    Instant taken,
    long size,
    Optional<VolumeObject> parent,
    List<Part> parts,
    List<LeafPlace> leaves) {
  /** The most leaves: those of 1 TiB. */
  public static final int MAX_LEAVES = 1 << 13;

  /** The most objects that a snapshot stands on. */
  public static final int MAX_PARTS = 1 << 10;

  /** What follows the root, to find it from the object's end. */
  public static final int TRAILER_BYTES = 4;

  private static final String NAME = "a volume's snapshot";
  private static final int MAGIC = 0x5a565331; // "ZVS1"

  /**
   * An object that a snapshot stands on.
   *
   * @param blocks that were stored in it
   * @param liveBlocks of them that this snapshot needs
   */
  public record Part(VolumeObject object, int blocks, int liveBlocks) {
    private static final int BYTES = VolumeObject.BYTES + 8;

    public Part {
      if (liveBlocks < 0 || liveBlocks > blocks) {
        throw new IllegalArgumentException(
            "of %d blocks %d cannot be needed".formatted(blocks, liveBlocks));
      }
    }
  }

  /**
   * Where a leaf lies.
   *
   * @param index it is for the blocks from {@code index} times {@link VolumeLeaf#BLOCKS}
   * @param digest of its bytes
   */
  public record LeafPlace(int index, VolumeObject object, long offset, int length, Digest digest) {
    private static final int BYTES = 4 + VolumeObject.BYTES + 8 + 4 + Digest.BYTES;

    public LeafPlace {
      if (index < 0 || offset < 0 || length < 1 || length > VolumeLeaf.MAX_BYTES) {
        throw new IllegalArgumentException(
            "there is no leaf %d of %d bytes at %d".formatted(index, length, offset));
      }
    }
  }

  public VolumeRoot {
    parts = List.copyOf(parts);
    leaves = List.copyOf(leaves);
    if (number < 1 || size < 1 || size % Limits.BLOCK_BYTES != 0) {
      throw new IllegalArgumentException(
          "snapshot %d of a volume of %d bytes cannot be".formatted(number, size));
    }
    if (parts.size() > MAX_PARTS || leaves.size() > MAX_LEAVES) {
      throw new IllegalArgumentException(
          "%d parts and %d leaves are too many".formatted(parts.size(), leaves.size()));
    }
    requireAscending(parts, Part::object);
    requireAscending(leaves, LeafPlace::index);
    long leafBytes = (long) VolumeLeaf.BLOCKS * Limits.BLOCK_BYTES;
    if (!leaves.isEmpty() && leaves.getLast().index >= (size + leafBytes - 1) / leafBytes) {
      throw new IllegalArgumentException(
          "leaf %d lies behind the volume's end".formatted(leaves.getLast().index));
    }
  }

  private static <T, K extends Comparable<K>> void requireAscending(
      List<T> list, Function<T, K> key) {
    for (int i = 1; i < list.size(); i++) {
      if (key.apply(list.get(i - 1)).compareTo(key.apply(list.get(i))) >= 0) {
        throw new IllegalArgumentException("parts or leaves are not in ascending order");
      }
    }
  }

  /** Equal roots have equal bytes. */
  public byte[] encode() {
    FormatWriter writer = new FormatWriter();
    writer.writeInt(MAGIC);
    writer.writeLong(number);
    writer.writeLong(generation);
    writer.writeInstant(taken);
    writer.writeLong(size);
    writer.writeOptional(parent, object -> object.write(writer));
    writer.writeInt(parts.size());
    for (Part part : parts) {
      part.object.write(writer);
      writer.writeInt(part.blocks);
      writer.writeInt(part.liveBlocks);
    }
    writer.writeInt(leaves.size());
    for (LeafPlace leaf : leaves) {
      writer.writeInt(leaf.index);
      leaf.object.write(writer);
      writer.writeLong(leaf.offset);
      writer.writeInt(leaf.length);
      writer.writeDigest(leaf.digest);
    }
    return writer.toBytes();
  }

  /** The length of the root, which the object's last four bytes say. */
  public static int lengthFrom(byte[] trailer) {
    int length = ByteBuffer.wrap(trailer).getInt();
    if (trailer.length != TRAILER_BYTES || length < TRAILER_BYTES) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "these bytes do not end " + NAME + ": " + length);
    }
    return length;
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws ZansocException INVALID_ARGUMENT, or UNSUPPORTED for a newer version
   */
  public static VolumeRoot decode(byte[] bytes) {
    return FormatReader.decode(NAME, bytes, VolumeRoot::read);
  }

  private static VolumeRoot read(FormatReader reader) {
    int magic = reader.readInt();
    if (magic != MAGIC && magic >>> 8 == MAGIC >>> 8) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          NAME + " is of a newer version than this program knows: use a newer zansoc");
    }
    if (magic != MAGIC) {
      throw reader.invalid("they begin otherwise");
    }
    long number = reader.readLong();
    long generation = reader.readLong();
    Instant taken = reader.readInstant();
    long size = reader.readLong();
    Optional<VolumeObject> parent = reader.readOptional(() -> VolumeObject.read(reader));
    int partCount = reader.readCount(MAX_PARTS, Part.BYTES);
    List<Part> parts = new ArrayList<>(partCount);
    for (int i = 0; i < partCount; i++) {
      parts.add(new Part(VolumeObject.read(reader), reader.readInt(), reader.readInt()));
    }
    int leafCount = reader.readCount(MAX_LEAVES, LeafPlace.BYTES);
    List<LeafPlace> leaves = new ArrayList<>(leafCount);
    for (int i = 0; i < leafCount; i++) {
      leaves.add(
          new LeafPlace(
              reader.readInt(),
              VolumeObject.read(reader),
              reader.readLong(),
              reader.readInt(),
              reader.readDigest()));
    }
    return new VolumeRoot(number, generation, taken, size, parent, parts, leaves);
  }
}
