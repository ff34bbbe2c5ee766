package cloud.zansoc.base;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** An amount of US dollars, in whole micro-dollars; prices are quoted in it. */
public record Money(long microDollars) implements Comparable<Money> {
  /** No money. */
  public static final Money ZERO = new Money(0);

  /**
   * Parses "1.25" or "1.25 USD".
   *
   * @throws IllegalArgumentException if the text is no amount or has more than six decimals
   */
  public static Money parseUsd(String text) {
    String number = text.strip().replaceFirst("(?i)\\s*usd$", "").replaceFirst("^\\$", "");
    try {
      return new Money(new BigDecimal(number).movePointRight(6).longValueExact());
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an amount; write for example 1.25 (USD, at most six decimals)", e);
    }
  }

  /** The sum; throws ArithmeticException on overflow. */
  public Money plus(Money other) {
    return new Money(Math.addExact(microDollars, other.microDollars));
  }

  @Override
  public int compareTo(Money other) {
    return Long.compare(microDollars, other.microDollars);
  }

  /** For people and for {@link #parseUsd}: "1.25 USD". */
  @Override
  public String toString() {
    BigDecimal dollars = BigDecimal.valueOf(microDollars, 6).stripTrailingZeros();
    return dollars.setScale(Math.max(2, dollars.scale()), RoundingMode.UNNECESSARY).toPlainString()
        + " USD";
  }
}
