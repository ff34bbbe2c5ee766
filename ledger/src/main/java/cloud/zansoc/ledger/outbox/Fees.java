package cloud.zansoc.ledger.outbox;

import java.math.BigInteger;

/**
 * What is offered for each unit of gas, in wei (EIP-1559).
 *
 * @param most all that is paid at most
 * @param tip what the maker of the block gets of it
 */
public record Fees(BigInteger most, BigInteger tip) {
  /** Nodes replace a transaction by one that offers a tenth more; an eighth is safely above. */
  private static final BigInteger RAISE_DIVISOR = BigInteger.valueOf(8);

  /** Refuses what no chain takes. */
  public Fees {
    if (tip.signum() < 0 || most.compareTo(tip) < 0) {
      throw new IllegalArgumentException("a tip of " + tip + " of at most " + most);
    }
  }

  /** At least 12.5 % and one wei above these, and at least what is usual now. */
  public Fees raised(Fees usual) {
    return new Fees(raised(most).max(usual.most), raised(tip).max(usual.tip));
  }

  private static BigInteger raised(BigInteger fee) {
    return fee.add(fee.divide(RAISE_DIVISOR)).add(BigInteger.ONE);
  }
}
