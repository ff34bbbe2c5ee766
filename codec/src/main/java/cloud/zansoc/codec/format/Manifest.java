package cloud.zansoc.codec.format;

import cloud.zansoc.base.BucketName;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ObjectKey;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.cid.Cid;
import cloud.zansoc.codec.crypto.Key256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * How to get one version of an object back. It never leaves a client in the clear: see {@link
 * ManifestSeal}. docs/format/manifest.md gives the bytes.
 *
 * @param bucket where the object is
 * @param key the object's name there
 * @param attributes what the owner says of it
 * @param content what it consists of
 * @param previous the address of the sealed manifest of the version before, so that versions chain
 */
public record Manifest(
    BucketName bucket,
    ObjectKey key,
    Attributes attributes,
    Content content,
    Optional<Digest> previous) {
  /** The most extents of one object: 8 TiB in whole segments. */
  public static final int MAX_EXTENTS = 1 << 17;

  /** The most bytes of UTF-8 that user metadata may have, names and values together. */
  public static final int MAX_METADATA_BYTES = 16 * 1024;

  /** The most bytes of UTF-8 of a content type. */
  public static final int MAX_CONTENT_TYPE_BYTES = 1024;

  private static final String NAME = "a manifest";
  private static final int VERSION = 1;

  /**
   * What the owner says of the object.
   *
   * @param contentType such as "image/png"
   * @param userMetadata S3's user metadata, in the order of the names' UTF-8 bytes
   * @param modified the file's time, or that of the upload
   * @param unixMode permission bits and type, as in {@code st_mode}
   */
  public record Attributes(
      Optional<String> contentType,
      Map<String, String> userMetadata,
      Instant modified,
      OptionalInt unixMode) {
    public Attributes {
      long bytes = 0;
      for (Map.Entry<String, String> entry : userMetadata.entrySet()) {
        bytes += utf8Length("a name of user metadata", entry.getKey());
        bytes += utf8Length("a value of user metadata", entry.getValue());
      }
      if (bytes > MAX_METADATA_BYTES) {
        throw new IllegalArgumentException(
            "user metadata of %d bytes; %d are allowed".formatted(bytes, MAX_METADATA_BYTES));
      }
      SequencedMap<String, String> sorted = new TreeMap<>(Manifest::compareUtf8);
      sorted.putAll(userMetadata);
      userMetadata = Collections.unmodifiableMap(sorted);
      if (contentType.isPresent()
          && utf8Length("the content type", contentType.get()) > MAX_CONTENT_TYPE_BYTES) {
        throw new IllegalArgumentException(
            "a content type has at most " + MAX_CONTENT_TYPE_BYTES + " bytes");
      }
    }

    /** Only a time. */
    public static Attributes of(Instant modified) {
      return new Attributes(Optional.empty(), Map.of(), modified, OptionalInt.empty());
    }
  }

  /**
   * What the object consists of.
   *
   * @param size in bytes, of plaintext and of ciphertext alike
   * @param key the AES-256 key of this version alone; its counter begins at 0 at byte 0 of the
   *     object and goes on through the extents
   * @param root the UnixFS root over the ciphertext in leaves of 256 KiB
   * @param extents where the ciphertext is, in order; their lengths add up to {@code size}
   */
  public record Content(long size, Key256 key, Cid root, List<Extent> extents) {
    public Content {
      extents = List.copyOf(extents);
      if (extents.size() > MAX_EXTENTS) {
        throw new IllegalArgumentException(
            "%d extents; %d are allowed".formatted(extents.size(), MAX_EXTENTS));
      }
      long sum = extents.stream().mapToLong(Extent::length).sum();
      if (sum != size) {
        throw new IllegalArgumentException(
            "extents of %d bytes for an object of %d".formatted(sum, size));
      }
    }
  }

  /**
   * A run of an object's ciphertext within one segment.
   *
   * @param segment the segment's id
   * @param offset where the run begins in the segment's ciphertext, in bytes
   * @param length in bytes, 1 or more
   */
  public record Extent(Digest segment, int offset, int length) {
    private static final int BYTES = Digest.BYTES + 4 + 4;

    public Extent {
      if (offset < 0 || length < 1 || (long) offset + length > SegmentIndex.MAX_SEGMENT_BYTES) {
        throw new IllegalArgumentException(
            "an extent of %d bytes at %d is not within a segment".formatted(length, offset));
      }
    }
  }

  /**
   * Checks that this is the manifest that was asked for, and not another of the same bucket which
   * the hub put in its place.
   *
   * @throws ZansocException DAMAGED if it is not
   */
  public Manifest check(BucketName expectedBucket, ObjectKey expectedKey) {
    if (!bucket.equals(expectedBucket) || !key.equals(expectedKey)) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "the hub gave the manifest of '%s' in bucket %s for '%s' in bucket %s: it is not to be trusted"
              .formatted(key, bucket, expectedKey, expectedBucket));
    }
    return this;
  }

  /** The body that {@link ManifestSeal} encrypts. Equal manifests have equal bytes. */
  byte[] encode() {
    FormatWriter writer = new FormatWriter();
    writer.writeByte(VERSION);
    writer.writeText(bucket.text());
    writer.writeText(key.text());
    writer.writeOptional(attributes.contentType, writer::writeText);
    writer.writeInt(attributes.userMetadata.size());
    attributes.userMetadata.forEach((name, value) -> {
      writer.writeText(name);
      writer.writeText(value);
    });
    writer.writeInstant(attributes.modified);
    writer.writeByte(attributes.unixMode.isPresent() ? 1 : 0);
    attributes.unixMode.ifPresent(writer::writeInt);
    writer.writeOptional(previous, writer::writeDigest);
    writer.writeLong(content.size);
    writer.writeBytes(content.key.toBytes());
    writer.writeBytes(content.root.toBytes());
    writer.writeInt(content.extents.size());
    for (Extent extent : content.extents) {
      writer.writeDigest(extent.segment);
      writer.writeInt(extent.offset);
      writer.writeInt(extent.length);
    }
    return writer.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws ZansocException INVALID_ARGUMENT, or UNSUPPORTED for a newer version
   */
  static Manifest decode(byte[] body) {
    return FormatReader.decode(NAME, body, Manifest::read);
  }

  private static Manifest read(FormatReader reader) {
    reader.requireVersion(VERSION);
    BucketName bucket = new BucketName(reader.readText());
    ObjectKey key = new ObjectKey(reader.readText());
    Attributes attributes = readAttributes(reader);
    Optional<Digest> previous = reader.readOptional(reader::readDigest);
    return new Manifest(bucket, key, attributes, readContent(reader), previous);
  }

  private static Attributes readAttributes(FormatReader reader) {
    Optional<String> contentType = reader.readOptional(reader::readText);
    SequencedMap<String, String> metadata = new TreeMap<>(Manifest::compareUtf8);
    int entries = reader.readCount(MAX_METADATA_BYTES, 4);
    for (int i = 0; i < entries; i++) {
      String name = reader.readText();
      if (!metadata.isEmpty() && compareUtf8(metadata.lastEntry().getKey(), name) >= 0) {
        throw reader.invalid("its user metadata is not in order");
      }
      metadata.put(name, reader.readText());
    }
    Instant modified = reader.readInstant();
    OptionalInt mode =
        reader.readOptional(reader::readInt).stream().mapToInt(Integer::intValue).findFirst();
    return new Attributes(contentType, metadata, modified, mode);
  }

  private static Content readContent(FormatReader reader) {
    long size = reader.readLong();
    Key256 key = Key256.of(reader.readBytes(Key256.BYTES));
    byte[] root = reader.readBytes(Cid.BYTES);
    Extent[] extents = new Extent[reader.readCount(MAX_EXTENTS, Extent.BYTES)];
    for (int i = 0; i < extents.length; i++) {
      extents[i] = new Extent(reader.readDigest(), reader.readInt(), reader.readInt());
    }
    return new Content(size, key, Cid.decode(root), List.of(extents));
  }

  private static int compareUtf8(String one, String other) {
    return Arrays.compareUnsigned(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private static int utf8Length(String what, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(what + " has half of a surrogate pair, which is no text");
    }
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
