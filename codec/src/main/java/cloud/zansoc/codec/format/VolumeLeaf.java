package cloud.zansoc.codec.format;

import cloud.zansoc.base.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the blocks of one part of a volume lie: of {@value #BLOCKS} blocks that follow each other,
 * those that are not all zero. docs/format/volume-snapshot.md gives the bytes.
 *
 * @param entries by ascending index, each once
 */
public record VolumeLeaf(List<Entry> entries) {
  /** How many blocks a leaf is for. */
  public static final int BLOCKS = 512;

  private static final String NAME = "a leaf of a volume's snapshot";
  private static final int ENTRY_BYTES = 2 + VolumeObject.BYTES + 8 + Digest.BYTES;

  /** The most that an encoded leaf has. */
  static final int MAX_BYTES = 4 + BLOCKS * ENTRY_BYTES;

  /**
   * One block.
   *
   * @param index within the leaf
   * @param object that holds it
   * @param offset of its first byte there
   * @param digest of its bytes
   */
  public record Entry(int index, VolumeObject object, long offset, Digest digest) {
    public Entry {
      if (index < 0 || index >= BLOCKS || offset < 0) {
        throw new IllegalArgumentException(
            "there is no block %d at %d in a leaf".formatted(index, offset));
      }
    }
  }

  public VolumeLeaf {
    entries = List.copyOf(entries);
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("a leaf without a block is left out");
    }
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i - 1).index >= entries.get(i).index) {
        throw new IllegalArgumentException("the blocks are not in ascending order");
      }
    }
  }

  /** Equal leaves have equal bytes. */
  public byte[] encode() {
    FormatWriter writer = new FormatWriter();
    writer.writeInt(entries.size());
    for (Entry entry : entries) {
      writer.writeShort(entry.index);
      entry.object.write(writer);
      writer.writeLong(entry.offset);
      writer.writeDigest(entry.digest);
    }
    return writer.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws cloud.zansoc.base.ZansocException INVALID_ARGUMENT
   */
  public static VolumeLeaf decode(byte[] bytes) {
    return FormatReader.decode(NAME, bytes, VolumeLeaf::read);
  }

  private static VolumeLeaf read(FormatReader reader) {
    int count = reader.readCount(BLOCKS, ENTRY_BYTES);
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(
          new Entry(
              reader.readShort(),
              VolumeObject.read(reader),
              reader.readLong(),
              reader.readDigest()));
    }
    return new VolumeLeaf(entries);
  }
}
