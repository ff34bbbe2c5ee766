package cloud.zansoc.codec.erasure;

import cloud.zansoc.base.Limits;

/**
 * How much redundancy a segment has: any {@code k} of {@code n} blocks of a stripe restore it.
 *
 * @param k data blocks of a stripe
 * @param n all blocks of a stripe, each on a host of its own
 * @param commit blocks of each stripe that must be durable before a segment is committed
 * @param repair repair begins when fewer than this many hosts of a segment are healthy
 */
public record RedundancyScheme(int k, int n, int commit, int repair) {
  public RedundancyScheme {
    if (k < 1 || n > Limits.MAX_STRIPE_BLOCKS || k > repair || repair > commit || commit > n) {
      throw new IllegalArgumentException(
          "a scheme needs 1 <= k <= repair <= commit <= n <= 255, not k=%d n=%d commit=%d repair=%d"
              .formatted(k, n, commit, repair));
    }
  }

  /**
   * {@code k} of {@code n} with the usual margins: an upload may leave out the slowest eighth of
   * the redundant hosts, and repair begins when half of the redundancy is gone.
   */
  public static RedundancyScheme of(int k, int n) {
    int redundant = n - k;
    int commit = n - (redundant + 7) / 8;
    return new RedundancyScheme(k, n, Math.max(k, commit), Math.max(k, k + redundant / 2));
  }

  @Override
  public String toString() {
    return k + " of " + n;
  }
}
