package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;

/**
 * What is published of an epoch.
 *
 * @param epoch counted from 0
 * @param root of the tree of what each account has earned in all epochs so far
 * @param total what this epoch adds, which is minted
 * @param inputs SHA-256 of the file that all this can be recomputed from
 */
public record EpochRewards(long epoch, Digest root, Amount total, Digest inputs) {
  public EpochRewards {
    if (epoch < 0) {
      throw new IllegalArgumentException("an epoch is not negative, as " + epoch + " is");
    }
  }
}
