package cloud.zansoc.ledger;

import java.math.BigInteger;

/**
 * What an epoch can give at most: it halves every two years and never exceeds 600,000,000 coins.
 */
public final class RewardSchedule {
  private static final long EPOCHS_PER_HALVING = 104;
  private static final BigInteger FIRST =
      Amount.ofCoins(600_000_000).units().divide(BigInteger.valueOf(2 * EPOCHS_PER_HALVING));

  private RewardSchedule() {}

  /** The most coins that are minted for an epoch. */
  public static Amount emission(long epoch) {
    long halvings = Math.min(epoch / EPOCHS_PER_HALVING, FIRST.bitLength());
    return new Amount(FIRST.shiftRight((int) halvings));
  }
}
