package cloud.zansoc.codec.format;

import cloud.zansoc.base.BucketName;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ObjectKey;
import cloud.zansoc.base.ZansocException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The state of a bucket at one moment: the newest version of each of its objects. Snapshots chain,
 * so that a bucket cannot be rolled back or tampered with unseen. It never leaves a client in the
 * clear: see {@link SnapshotSeal}. docs/format/snapshot.md gives the bytes.
 *
 * @param bucket whose state
 * @param sequence 1 for a bucket's first snapshot, then one more each time
 * @param at when it was taken, by the client's clock
 * @param previous the address of the sealed snapshot before; empty for the first alone
 * @param entries by ascending key, each key once
 */
public record Snapshot(
    BucketName bucket, long sequence, Instant at, Optional<Digest> previous, List<Entry> entries) {
  /** The most objects that one snapshot lists. */
  public static final int MAX_ENTRIES = 1 << 20;

  private static final String NAME = "a snapshot";
  private static final int VERSION = 1;
  private static final int MAX_VERSION_ID_BYTES = 255;

  /**
   * One object.
   *
   * @param key its name
   * @param versionId the hub's id of its newest version, 1 to 255 bytes of UTF-8
   * @param manifest the address of that version's sealed manifest
   * @param size in bytes
   */
  public record Entry(ObjectKey key, String versionId, Digest manifest, long size) {
    private static final int LEAST_BYTES = 2 + 1 + 2 + 1 + Digest.BYTES + 8;

    public Entry {
      int bytes = versionId.getBytes(StandardCharsets.UTF_8).length;
      if (bytes < 1
          || bytes > MAX_VERSION_ID_BYTES
          || !StandardCharsets.UTF_8.newEncoder().canEncode(versionId)) {
        throw new IllegalArgumentException("a version id has 1 to 255 bytes of UTF-8");
      }
      if (size < 0) {
        throw new IllegalArgumentException("an object cannot have " + size + " bytes");
      }
    }
  }

  public Snapshot {
    entries = List.copyOf(entries);
    if (sequence < 1 || (sequence == 1) == previous.isPresent()) {
      throw new IllegalArgumentException(
          "a snapshot has the sequence 1 and none before it, or more and one before it");
    }
    if (entries.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "%d entries; %d are allowed".formatted(entries.size(), MAX_ENTRIES));
    }
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i - 1).key.compareTo(entries.get(i).key) >= 0) {
        throw new IllegalArgumentException("the entries are not in ascending order of their keys");
      }
    }
  }

  /**
   * Checks that this is the next one after {@code before}.
   *
   * @param before the snapshot before, as it was opened
   * @param beforeAddress the {@link SnapshotSeal#address} of its sealed bytes
   * @throws ZansocException DAMAGED saying where the chain breaks
   */
  public void checkFollows(Snapshot before, Digest beforeAddress) {
    if (!bucket.equals(before.bucket)) {
      throw broken("it is of bucket " + before.bucket);
    }
    if (sequence != before.sequence + 1) {
      throw broken("that one has sequence " + before.sequence);
    }
    if (!previous.equals(Optional.of(beforeAddress))) {
      throw broken("its address is another than the one named here");
    }
    if (at.isBefore(before.at)) {
      throw broken("it was taken later, at " + before.at);
    }
  }

  private ZansocException broken(String why) {
    return new ZansocException(
        ErrorCode.DAMAGED,
        "the chain of snapshots of bucket %s breaks at sequence %d, which does not follow the one before: %s"
            .formatted(bucket, sequence, why));
  }

  /** The body that {@link SnapshotSeal} encrypts. Equal snapshots have equal bytes. */
  byte[] encode() {
    FormatWriter writer = new FormatWriter();
    writer.writeByte(VERSION);
    writer.writeText(bucket.text());
    writer.writeLong(sequence);
    writer.writeInstant(at);
    writer.writeOptional(previous, writer::writeDigest);
    writer.writeInt(entries.size());
    for (Entry entry : entries) {
      writer.writeText(entry.key.text());
      writer.writeText(entry.versionId);
      writer.writeDigest(entry.manifest);
      writer.writeLong(entry.size);
    }
    return writer.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws ZansocException INVALID_ARGUMENT, or UNSUPPORTED for a newer version
   */
  static Snapshot decode(byte[] body) {
    return FormatReader.decode(NAME, body, Snapshot::read);
  }

  private static Snapshot read(FormatReader reader) {
    reader.requireVersion(VERSION);
    BucketName bucket = new BucketName(reader.readText());
    long sequence = reader.readLong();
    Instant at = reader.readInstant();
    Optional<Digest> previous = reader.readOptional(reader::readDigest);
    Entry[] entries = new Entry[reader.readCount(MAX_ENTRIES, Entry.LEAST_BYTES)];
    for (int i = 0; i < entries.length; i++) {
      entries[i] =
          new Entry(
              new ObjectKey(reader.readText()),
              reader.readText(),
              reader.readDigest(),
              reader.readLong());
    }
    return new Snapshot(bucket, sequence, at, previous, List.of(entries));
  }
}
