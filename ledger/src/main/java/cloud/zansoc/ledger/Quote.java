package cloud.zansoc.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * What is given and got in a swap.
 *
 * @param given what is given; the other token is got
 * @param reserveIn what the pool has of the one, before it
 * @param reserveOut what the pool has of the other, before it
 */
public record Quote(Token given, Amount in, Amount out, Amount reserveIn, Amount reserveOut) {
  private static final int DECIMALS = 4;
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);

  /** By how many percent the fee and the swap itself make it worse than the pool's price. */
  public BigDecimal costPercent() {
    BigInteger fair = in.units().multiply(reserveOut.units());
    BigInteger seen = out.units().multiply(reserveIn.units());
    return percent(fair.subtract(seen), fair);
  }

  /** By how many percent the coin is dearer in the pool afterwards; negative: cheaper. */
  public BigDecimal movePercent() {
    BigInteger was = reserveIn.units().multiply(reserveOut.minus(out).units());
    BigInteger is = reserveIn.plus(in).units().multiply(reserveOut.units());
    return given == Token.DOLLAR ? percent(is.subtract(was), was) : percent(was.subtract(is), is);
  }

  private static BigDecimal percent(BigInteger part, BigInteger whole) {
    return new BigDecimal(part.multiply(HUNDRED))
        .divide(new BigDecimal(whole), DECIMALS, RoundingMode.HALF_UP);
  }
}
