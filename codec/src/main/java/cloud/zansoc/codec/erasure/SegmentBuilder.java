package cloud.zansoc.codec.erasure;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import cloud.zansoc.codec.format.SegmentIndex;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Collects the digests of a segment's stripes, in order, into its index. Not thread-safe. */
public final class SegmentBuilder {
  private final int k;
  private final int n;
  private final ByteArrayOutputStream digests = new ByteArrayOutputStream();
  private long length;

  /** An empty segment of stripes of {@code k} data blocks of {@code n} in all. */
  public SegmentBuilder(int k, int n) {
    this.k = k;
    this.n = n;
  }

  /** How many bytes of ciphertext the segment can still take. */
  public long remaining() {
    return isEnded() ? 0 : SegmentIndex.segmentBytes(k) - length;
  }

  /** Bytes of ciphertext in the stripes so far. */
  public long length() {
    return length;
  }

  /**
   * Adds the next stripe. Only the last stripe of a segment may be shorter than {@code k * 256
   * KiB}.
   *
   * @param stripeLength bytes of ciphertext, at least 1
   * @param stripe its n digests, by position
   */
  public void add(int stripeLength, List<Digest> stripe) {
    if (stripe.size() != n || stripeLength < 1 || stripeLength > k * Limits.BLOCK_BYTES) {
      throw new IllegalArgumentException(
          "%d digests for a stripe of %d bytes in a segment of %d of %d"
              .formatted(stripe.size(), stripeLength, k, n));
    }
    if (stripeLength > remaining()) {
      throw new IllegalStateException(
          "the segment of %d bytes has ended or is full: no stripe of %d bytes fits"
              .formatted(length, stripeLength));
    }
    length += stripeLength;
    stripe.forEach(digest -> digests.writeBytes(digest.toBytes()));
  }

  /** The index of the stripes so far, of which there must be one. */
  public SegmentIndex build() {
    return new SegmentIndex(k, n, length, digests.toByteArray());
  }

  /** Whether the last stripe was a short one, after which nothing can follow. */
  private boolean isEnded() {
    return length % ((long) k * Limits.BLOCK_BYTES) != 0;
  }
}
