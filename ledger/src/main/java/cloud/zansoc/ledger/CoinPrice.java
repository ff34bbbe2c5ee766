package cloud.zansoc.ledger;

import cloud.zansoc.base.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * What the coin costs.
 *
 * @param ratio units of the stablecoin for one unit of the coin, times 2^112, as the contracts
 *     count
 * @param dollarDecimals those of the stablecoin: 10^that many units are a US dollar
 */
public record CoinPrice(BigInteger ratio, int dollarDecimals) {
  private static final int SHIFT = 112;
  private static final int MICRO_DECIMALS = 6;
  private static final int SHOWN_DIGITS = 12;
  private static final BigInteger SECONDS_PER_HOUR = BigInteger.valueOf(3600);

  public CoinPrice {
    if (ratio.signum() <= 0) {
      throw new IllegalArgumentException("a price is positive, not " + ratio);
    }
    if (dollarDecimals < 0 || dollarDecimals > 255) {
      throw new IllegalArgumentException("decimals are 0 to 255, not " + dollarDecimals);
    }
  }

  /** So much of the stablecoin for so many coins. */
  public static CoinPrice of(Amount dollars, Amount coins, int dollarDecimals) {
    return new CoinPrice(dollars.units().shiftLeft(SHIFT).divide(coins.units()), dollarDecimals);
  }

  /**
   * The coins for an amount of US dollars, rounded down.
   *
   * @throws IllegalArgumentException if the amount is negative
   */
  public Amount toCoin(Money usd) {
    BigInteger[] fraction = coinsFor(usd);
    return new Amount(fraction[0].divide(fraction[1]));
  }

  /**
   * The US dollars for an amount of coins, rounded down.
   *
   * @throws IllegalArgumentException if they are more than {@link Money} counts
   */
  public Money toUsd(Amount coins) {
    BigInteger dollars = coins.units().multiply(ratio).shiftRight(SHIFT);
    BigInteger micros = new BigDecimal(dollars, dollarDecimals - MICRO_DECIMALS).toBigInteger();
    if (micros.bitLength() >= Long.SIZE) {
      throw new IllegalArgumentException(coins + " are more US dollars than can be counted");
    }
    return new Money(micros.longValueExact());
  }

  /**
   * The rate a second at which an hour costs so much: rounded up, to what {@link Offer}s can say,
   * so that a host never gets less than it asks for.
   */
  public Amount rate(Money hour) {
    BigInteger[] fraction = coinsFor(hour);
    BigInteger tens = fraction[1].multiply(SECONDS_PER_HOUR).multiply(BigInteger.TEN);
    BigInteger up = fraction[0].add(tens).subtract(BigInteger.ONE).divide(tens);
    return new Amount(up.multiply(BigInteger.TEN));
  }

  /** US dollars for a coin, for people. */
  public BigDecimal usd() {
    BigDecimal units = new BigDecimal(ratio.multiply(BigInteger.TEN.pow(Amount.COIN_DECIMALS)));
    return units
        .divide(new BigDecimal(BigInteger.TWO.pow(SHIFT)))
        .movePointLeft(dollarDecimals)
        .round(new MathContext(SHOWN_DIGITS));
  }

  /** Numerator and denominator, so that nothing is rounded twice. */
  private BigInteger[] coinsFor(Money usd) {
    if (usd.microDollars() < 0) {
      throw new IllegalArgumentException("an amount of coins is not negative: " + usd);
    }
    BigInteger units =
        BigInteger.valueOf(usd.microDollars())
            .multiply(BigInteger.TEN.pow(dollarDecimals))
            .shiftLeft(SHIFT);
    return new BigInteger[] {units, ratio.multiply(BigInteger.TEN.pow(MICRO_DECIMALS))};
  }
}
