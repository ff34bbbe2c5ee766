package cloud.zansoc.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * By how much the outcome may be worse than the quote.
 *
 * @param basisPoints hundredths of a percent, 0 to 5,000
 */
public record Slippage(int basisPoints) {
  /** Half a percent. */
  public static final Slippage DEFAULT = new Slippage(50);

  private static final int MOST = 5_000;
  private static final BigInteger WHOLE = BigInteger.valueOf(10_000);

  public Slippage {
    if (basisPoints < 0 || basisPoints > MOST) {
      throw new IllegalArgumentException(
          "slippage is 0 to 50 percent, not " + BigDecimal.valueOf(basisPoints, 2));
    }
  }

  /**
   * Reads percents, such as "0.5" or "0.5%".
   *
   * @throws IllegalArgumentException if the text is none, or finer than hundredths
   */
  public static Slippage parsePercent(String text) {
    String number = text.strip().replaceFirst("\\s*%$", "");
    int basisPoints;
    try {
      basisPoints = new BigDecimal(number).movePointRight(2).intValueExact();
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no slippage; write percents with at most two decimals, such as 0.5",
          e);
    }
    return new Slippage(basisPoints);
  }

  /** The limit for an order with which a quote still holds. */
  public Amount limit(Trade trade, Quote quote) {
    return switch (trade) {
      case Trade.ExactIn _ -> least(quote.out());
      case Trade.ExactOut _ -> most(quote.in());
    };
  }

  /** The least that counts as so much, rounded down. */
  public Amount least(Amount amount) {
    BigInteger part = WHOLE.subtract(BigInteger.valueOf(basisPoints));
    return new Amount(amount.units().multiply(part).divide(WHOLE));
  }

  private Amount most(Amount amount) {
    BigInteger part = WHOLE.add(BigInteger.valueOf(basisPoints));
    BigInteger up = amount.units().multiply(part).add(WHOLE).subtract(BigInteger.ONE);
    return new Amount(up.divide(WHOLE));
  }
}
