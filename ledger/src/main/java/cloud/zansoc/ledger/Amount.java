package cloud.zansoc.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * An amount in whole units, never negative, at most 2^256 - 1: of the coin, of which 10^18 units
 * make one, where nothing else is said.
 */
public record Amount(BigInteger units) implements Comparable<Amount> {
  /** No coins. */
  public static final Amount ZERO = new Amount(BigInteger.ZERO);

  /** The largest amount that can be written down, far above all coins there are. */
  public static final Amount LARGEST = new Amount(BigInteger.TWO.pow(256).subtract(BigInteger.ONE));

  /** Those of the coin. */
  public static final int COIN_DECIMALS = 18;

  private static final BigInteger COIN = BigInteger.TEN.pow(COIN_DECIMALS);
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,78}(\\.[0-9]{1,78})?");
  private static final BigInteger COMMISSION_DIVISOR = BigInteger.TEN;

  /** Refuses what is negative or too large. */
  public Amount {
    if (units.signum() < 0 || units.bitLength() > 256) {
      throw new IllegalArgumentException("an amount has 0 to 2^256 - 1 units, not " + units);
    }
  }

  /** So many units. */
  public static Amount ofUnits(long units) {
    return new Amount(BigInteger.valueOf(units));
  }

  /** So many whole coins. */
  public static Amount ofCoins(long coins) {
    return new Amount(BigInteger.valueOf(coins).multiply(COIN));
  }

  /**
   * Coins as people write them: digits, and a point with up to 18 more.
   *
   * @throws IllegalArgumentException for anything else; the message says what is accepted
   */
  public static Amount parse(String coins) {
    return parse(coins, COIN_DECIMALS);
  }

  /** The same for another token, with other decimal places. */
  public static Amount parse(String text, int decimals) {
    if (!DECIMAL.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "write an amount such as 12 or 0.5, not '%s'".formatted(text));
    }
    return ofWhole(new BigDecimal(text), decimals);
  }

  /** So many coins, for people: "12.5". */
  public String coins() {
    return decimal(COIN_DECIMALS);
  }

  /** The same for another token, with other decimal places. */
  public String decimal(int decimals) {
    return whole(decimals).toPlainString();
  }

  /**
   * So many whole ones of a token.
   *
   * @param decimals those of the token
   * @throws IllegalArgumentException if it is finer than a unit, negative or too large
   */
  public static Amount ofWhole(BigDecimal whole, int decimals) {
    BigDecimal units = whole.movePointRight(decimals).stripTrailingZeros();
    if (units.scale() > 0) {
      throw new IllegalArgumentException(
          whole.toPlainString() + " has more than " + decimals + " decimals");
    }
    return new Amount(units.toBigInteger());
  }

  /** How many whole ones of a token these are, for people. */
  public BigDecimal whole(int decimals) {
    BigDecimal whole = new BigDecimal(units, decimals).stripTrailingZeros();
    return whole.scale() < 0 ? whole.setScale(0) : whole;
  }

  /** The sum. */
  public Amount plus(Amount other) {
    return new Amount(units.add(other.units));
  }

  /** The difference; throws IllegalArgumentException where it would be negative. */
  public Amount minus(Amount other) {
    return new Amount(units.subtract(other.units));
  }

  /** This many times over. */
  public Amount times(long factor) {
    return new Amount(units.multiply(BigInteger.valueOf(factor)));
  }

  /** So many parts of it, rounded down. */
  Amount dividedBy(long divisor) {
    return new Amount(units.divide(BigInteger.valueOf(divisor)));
  }

  /** The provider's part of a payment of this amount: a tenth, rounded down. */
  public Amount commission() {
    return new Amount(units.divide(COMMISSION_DIVISOR));
  }

  /** True where the commission of any multiple of this amount has nothing to round. */
  public boolean hasExactCommission() {
    return units.mod(COMMISSION_DIVISOR).signum() == 0;
  }

  public boolean isZero() {
    return units.signum() == 0;
  }

  @Override
  public int compareTo(Amount other) {
    return units.compareTo(other.units);
  }

  /** For people: "12 units". */
  @Override
  public String toString() {
    return units + " units";
  }
}
