package cloud.zansoc.ledger.books;

import java.math.BigInteger;

/**
 * One side of an entry.
 *
 * @param amount units that the account gets; negative: gives. Never zero
 */
public record Posting(BookAccount account, BigInteger amount) {
  private static final int AMOUNT_BITS = 256;

  /** Refuses nothing, and more than the chain can write down. */
  public Posting {
    if (amount.signum() == 0 || amount.bitLength() > AMOUNT_BITS) {
      throw new IllegalArgumentException(
          "a posting has 1 to 2^256 - 1 units, with a sign, not " + amount);
    }
  }
}
