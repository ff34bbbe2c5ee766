package cloud.zansoc.ledger;

/**
 * Which ledger it is: a signature for one is worth nothing on another.
 *
 * @param chain the chain's number
 * @param escrow the contract that keeps the coins
 */
public record LedgerId(long chain, AccountId escrow) {
  public LedgerId {
    if (chain <= 0) {
      throw new IllegalArgumentException("a chain's number is positive, not " + chain);
    }
  }

  @Override
  public String toString() {
    return escrow + " on chain " + chain;
  }
}
