package cloud.zansoc.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * What is given and got in a swap.
 *
 * @param given what is given; the other token is got
 * @param before the pool that it is, or was, made with
 */
public record Quote(Token given, Amount in, Amount out, Pool before) {
  private static final int DECIMALS = 4;
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);

  /** By how many percent the fee and the swap itself make it worse than the pool's price. */
  public BigDecimal costPercent() {
    BigInteger fair = in.units().multiply(before.of(given.other()).units());
    BigInteger seen = out.units().multiply(before.of(given).units());
    return new BigDecimal(fair.subtract(seen).multiply(HUNDRED))
        .divide(new BigDecimal(fair), DECIMALS, RoundingMode.HALF_UP);
  }

  /** By how many percent the coin is dearer in the pool afterwards; negative: cheaper. */
  public BigDecimal movePercent() {
    BigInteger givenThen = before.of(given).units().add(in.units());
    BigInteger gotThen = before.of(given.other()).units().subtract(out.units());
    boolean buys = given == Token.DOLLAR;
    BigInteger dollars = buys ? givenThen : gotThen;
    BigInteger coins = buys ? gotThen : givenThen;
    BigInteger was = before.dollars().units().multiply(coins);
    BigInteger is = dollars.multiply(before.coins().units());
    return new BigDecimal(is.subtract(was).multiply(HUNDRED))
        .divide(new BigDecimal(was), DECIMALS, RoundingMode.HALF_UP);
  }
}
