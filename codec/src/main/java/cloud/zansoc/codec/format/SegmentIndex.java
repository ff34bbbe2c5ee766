package cloud.zansoc.codec.format;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import java.nio.ByteBuffer;

/**
 * The digests of all blocks of one segment: what a reader verifies blocks by, and what repair works
 * from. Its own digest is the segment's id, which the manifest holds. docs/format/segment-index.md
 * gives the bytes. Immutable.
 *
 * <p>A segment of {@code length} bytes of ciphertext is cut into stripes of k data blocks of 256
 * KiB. The last stripe's blocks are smaller: the rest divided by k, rounded up, its last bytes
 * zero.
 */
public final class SegmentIndex {
  private static final int MAGIC = 0x5a534931; // "ZSI1"
  private static final int HEADER_BYTES = 4 + 2 + 2 + 8;

  /** A segment is at most this long, in bytes of ciphertext. */
  public static final long MAX_SEGMENT_BYTES = 64L << 20;

  private final int k;
  private final int n;
  private final long length;
  private final byte[] digests;
  private final Digest id;

  /**
   * @param digests {@code stripes * n * 32} bytes: stripe by stripe, position by position
   */
  public SegmentIndex(int k, int n, long length, byte[] digests) {
    if (k < 1 || n < k || n > Limits.MAX_STRIPE_BLOCKS) {
      throw new IllegalArgumentException("a segment needs 1 <= k <= n <= 255: " + k + " of " + n);
    }
    if (length < 1 || length > MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException("a segment has 1 byte to 64 MiB, not " + length);
    }
    this.k = k;
    this.n = n;
    this.length = length;
    this.digests = digests.clone();
    if (digests.length != stripes() * n * Digest.BYTES) {
      throw new IllegalArgumentException(
          "%d bytes of digests for %d stripes of %d".formatted(digests.length, stripes(), n));
    }
    this.id = Digest.sha256(encode());
  }

  /** The largest segment of whole stripes for {@code k}, in bytes of ciphertext. */
  public static long segmentBytes(int k) {
    long stripe = (long) k * Limits.BLOCK_BYTES;
    return stripe * Math.max(1, MAX_SEGMENT_BYTES / stripe);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws ZansocException INVALID_ARGUMENT if the bytes are no segment index of version 1
   */
  public static SegmentIndex decode(byte[] encoded) {
    ByteBuffer buffer = ByteBuffer.wrap(encoded);
    if (encoded.length < HEADER_BYTES || buffer.getInt() != MAGIC) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "these bytes are not a segment index of version 1");
    }
    int k = buffer.getShort() & 0xffff;
    int n = buffer.getShort() & 0xffff;
    long length = buffer.getLong();
    byte[] digests = new byte[buffer.remaining()];
    buffer.get(digests);
    try {
      return new SegmentIndex(k, n, length, digests);
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "these bytes are not a segment index: " + e.getMessage(), e);
    }
  }

  /** The bytes whose SHA-256 is {@link #id}. */
  public byte[] encode() {
    return ByteBuffer.allocate(HEADER_BYTES + digests.length)
        .putInt(MAGIC)
        .putShort((short) k)
        .putShort((short) n)
        .putLong(length)
        .put(digests)
        .array();
  }

  /** The segment's id. */
  public Digest id() {
    return id;
  }

  /** Data blocks of a stripe. */
  public int k() {
    return k;
  }

  /** All blocks of a stripe. */
  public int n() {
    return n;
  }

  /** Bytes of ciphertext in the segment. */
  public long length() {
    return length;
  }

  /** How many stripes the segment has. */
  public int stripes() {
    long stripe = stripeBytes();
    return (int) ((length + stripe - 1) / stripe);
  }

  /** Bytes of ciphertext in a full stripe. */
  public long stripeBytes() {
    return (long) k * Limits.BLOCK_BYTES;
  }

  /** Bytes of ciphertext in stripe {@code stripe}. */
  public int stripeLength(int stripe) {
    return (int) Math.min(stripeBytes(), length - stripe * stripeBytes());
  }

  /** The size of each block of stripe {@code stripe}, in bytes. */
  public int blockBytes(int stripe) {
    return (stripeLength(stripe) + k - 1) / k;
  }

  /** The address of the block of {@code stripe} at {@code position} (0 to n-1; below k is data). */
  public Digest digest(int stripe, int position) {
    if (position < 0 || position >= n) {
      throw new IndexOutOfBoundsException("position " + position + " of " + n);
    }
    return Digest.read(digests, (stripe * n + position) * Digest.BYTES);
  }

  /** How many bytes the host at any one position keeps for this segment. */
  public long shardBytes() {
    int last = stripes() - 1;
    return (long) last * Limits.BLOCK_BYTES + blockBytes(last);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SegmentIndex index && id.equals(index.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "segment " + id.shortText() + " (" + k + " of " + n + ", " + length + " bytes)";
  }
}
