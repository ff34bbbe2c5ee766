package cloud.zansoc.storage.client;

import cloud.zansoc.base.Limits;

/**
 * How a segment is cut into stripes, before its digests are known; SegmentIndex says the same
 * afterwards.
 *
 * @param k data blocks of a stripe
 * @param n all blocks of a stripe
 * @param length bytes of ciphertext, 1 or more
 */
record SegmentShape(int k, int n, long length) {
  long stripeBytes() {
    return (long) k * Limits.BLOCK_BYTES;
  }

  int stripes() {
    return (int) ((length + stripeBytes() - 1) / stripeBytes());
  }

  /** Bytes of ciphertext in {@code stripe}. */
  int stripeLength(int stripe) {
    return (int) Math.min(stripeBytes(), length - stripe * stripeBytes());
  }
}
