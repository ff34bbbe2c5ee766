package cloud.zansoc.ledger;

import java.math.BigInteger;

/**
 * The pair in memory: its reserves, its shares and its cumulative price. Not thread-safe.
 *
 * <p>The cumulative price overflows at 2^256 as the contract's does; only differences count.
 */
final class MemoryPair {
  private static final BigInteger WORD = BigInteger.TWO.pow(256);
  private static final int SHIFT = 112;

  private Amount coins = Amount.ZERO;
  private Amount dollars = Amount.ZERO;
  private Amount shares = Amount.ZERO;

  /** Coins times dollars when liquidity last changed. */
  private BigInteger product = BigInteger.ZERO;

  private BigInteger cumulative = BigInteger.ZERO;
  private long touchedAt;

  Pool pool() {
    return new Pool(coins, dollars, shares.plus(treasuryShares()));
  }

  Amount treasuryShares() {
    return Pool.treasuryShares(coins, dollars, shares, product);
  }

  void swap(Quote quote, long second) {
    boolean givesCoins = quote.given() == Token.COIN;
    Amount newCoins = givesCoins ? coins.plus(quote.in()) : coins.minus(quote.out());
    Amount newDollars = givesCoins ? dollars.minus(quote.out()) : dollars.plus(quote.in());
    touch(newCoins, newDollars, second);
  }

  void add(Liquidity added, long second) {
    Amount nobodys = shares.isZero() ? Pool.MINIMUM_SHARES : treasuryShares();
    shares = shares.plus(nobodys).plus(added.shares());
    touch(coins.plus(added.coins()), dollars.plus(added.dollars()), second);
    product = coins.units().multiply(dollars.units());
  }

  void remove(Liquidity removed, long second) {
    shares = shares.plus(treasuryShares()).minus(removed.shares());
    touch(coins.minus(removed.coins()), dollars.minus(removed.dollars()), second);
    product = coins.units().multiply(dollars.units());
  }

  private void touch(Amount newCoins, Amount newDollars, long second) {
    cumulative = cumulative(second);
    touchedAt = second;
    coins = newCoins;
    dollars = newDollars;
  }

  /** The cumulative price of the coin as it would be if the pair were touched now. */
  BigInteger cumulative(long second) {
    if (pool().isEmpty()) {
      return cumulative;
    }
    BigInteger ratio = dollars.units().shiftLeft(SHIFT).divide(coins.units());
    return cumulative.add(ratio.multiply(BigInteger.valueOf(second - touchedAt))).mod(WORD);
  }

  /** What has gone on between two cumulative prices. */
  static BigInteger between(BigInteger before, BigInteger after) {
    return after.subtract(before).mod(WORD);
  }
}
