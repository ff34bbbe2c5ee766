package cloud.zansoc.ledger;

import java.math.BigInteger;

/**
 * What the pair of coin and stablecoin holds, and what it gives for what: the arithmetic of Uniswap
 * V2 (its white paper, sections 3.2 to 3.4, and its contracts' rounding), in integers that are
 * rounded against whoever calls.
 *
 * @param shares all shares, with those that the treasury gets before liquidity next changes
 */
public record Pool(Amount coins, Amount dollars, Amount shares) {
  /** A pool that nobody has added to. */
  public static final Pool EMPTY = new Pool(Amount.ZERO, Amount.ZERO, Amount.ZERO);

  /** The most that a pool counts of each kind. */
  public static final Amount LARGEST_RESERVE =
      new Amount(BigInteger.TWO.pow(112).subtract(BigInteger.ONE));

  /** The shares of the first liquidity that belong to nobody. */
  public static final Amount MINIMUM_SHARES = Amount.ofUnits(1000);

  /** Of a thousand units that are given, those that are exchanged; the rest stays in the pool. */
  private static final BigInteger EXCHANGED = BigInteger.valueOf(997);

  private static final BigInteger THOUSAND = BigInteger.valueOf(1000);

  /** The treasury gets one part of the growth, liquidity five. */
  private static final BigInteger KEPT_PARTS = BigInteger.valueOf(5);

  /** What it holds of a token. */
  public Amount of(Token token) {
    return token == Token.COIN ? coins : dollars;
  }

  /** True where there is nothing to exchange with. */
  public boolean isEmpty() {
    return coins.isZero() || dollars.isZero();
  }

  /** The price at which an infinitesimal amount would be exchanged without a fee. */
  public Outcome<CoinPrice> spot(int dollarDecimals) {
    return isEmpty()
        ? refused(new Refusal.EmptyPool())
        : new Outcome.Done<>(CoinPrice.of(dollars, coins, dollarDecimals));
  }

  /** What a trade gives and takes. */
  public Outcome<Quote> quote(Trade trade) {
    return switch (trade) {
      case Trade.ExactIn(Token given, Amount in) -> quoteIn(given, in);
      case Trade.ExactOut(Token given, Amount out) -> quoteOut(given, out);
    };
  }

  private Outcome<Quote> quoteIn(Token given, Amount in) {
    if (in.isZero()) {
      return refused(new Refusal.ZeroAmount());
    }
    if (isEmpty()) {
      return refused(new Refusal.EmptyPool());
    }
    if (hasNoRoomFor(given, in)) {
      return refused(new Refusal.TooLarge(in));
    }
    BigInteger exchanged = in.units().multiply(EXCHANGED);
    BigInteger out =
        exchanged
            .multiply(of(given.other()).units())
            .divide(of(given).units().multiply(THOUSAND).add(exchanged));
    return out.signum() == 0
        ? refused(new Refusal.Dust())
        : new Outcome.Done<>(quoted(given, in, new Amount(out)));
  }

  private Outcome<Quote> quoteOut(Token given, Amount out) {
    if (out.isZero()) {
      return refused(new Refusal.ZeroAmount());
    }
    if (isEmpty()) {
      return refused(new Refusal.EmptyPool());
    }
    Amount available = of(given.other());
    if (out.compareTo(available) >= 0) {
      return refused(new Refusal.BeyondPool(available, out));
    }
    BigInteger in =
        of(given)
            .units()
            .multiply(out.units())
            .multiply(THOUSAND)
            .divide(available.minus(out).units().multiply(EXCHANGED))
            .add(BigInteger.ONE);
    Amount needed = new Amount(in);
    return hasNoRoomFor(given, needed)
        ? refused(new Refusal.TooLarge(needed))
        : new Outcome.Done<>(quoted(given, needed, out));
  }

  private Quote quoted(Token given, Amount in, Amount out) {
    return new Quote(given, in, out, of(given), of(given.other()));
  }

  /** How much of both is taken, at the pool's own proportion, and the shares for it. */
  public Outcome<Liquidity> adding(Amount mostCoins, Amount mostDollars) {
    if (mostCoins.isZero() || mostDollars.isZero()) {
      return refused(new Refusal.ZeroAmount());
    }
    for (Amount amount : new Amount[] {mostCoins, mostDollars}) {
      if (amount.compareTo(LARGEST_RESERVE) > 0) {
        return refused(new Refusal.TooLarge(amount));
      }
    }
    Liquidity added = isEmpty() ? first(mostCoins, mostDollars) : further(mostCoins, mostDollars);
    for (Token token : Token.values()) {
      Amount amount = token == Token.COIN ? added.coins() : added.dollars();
      if (hasNoRoomFor(token, amount)) {
        return refused(new Refusal.TooLarge(amount));
      }
    }
    return added.shares().isZero() ? refused(new Refusal.Dust()) : new Outcome.Done<>(added);
  }

  private static Liquidity first(Amount mostCoins, Amount mostDollars) {
    BigInteger root = mostCoins.units().multiply(mostDollars.units()).sqrt();
    BigInteger shares = root.subtract(MINIMUM_SHARES.units()).max(BigInteger.ZERO);
    return new Liquidity(mostCoins, mostDollars, new Amount(shares));
  }

  private Liquidity further(Amount mostCoins, Amount mostDollars) {
    Amount matching = scaled(mostCoins, dollars, coins);
    boolean allCoins = matching.compareTo(mostDollars) <= 0;
    Amount taken = allCoins ? mostCoins : scaled(mostDollars, coins, dollars);
    Amount takenDollars = allCoins ? matching : mostDollars;
    Amount byCoins = scaled(taken, shares, coins);
    Amount byDollars = scaled(takenDollars, shares, dollars);
    return new Liquidity(
        taken, takenDollars, byCoins.compareTo(byDollars) < 0 ? byCoins : byDollars);
  }

  /** What shares are given back for. */
  public Outcome<Liquidity> removing(Amount given) {
    if (given.isZero()) {
      return refused(new Refusal.ZeroAmount());
    }
    if (isEmpty()) {
      return refused(new Refusal.EmptyPool());
    }
    if (given.compareTo(shares) > 0) {
      return refused(new Refusal.BeyondPool(shares, given));
    }
    Liquidity removed =
        new Liquidity(scaled(given, coins, shares), scaled(given, dollars, shares), given);
    return removed.coins().isZero() || removed.dollars().isZero()
        ? refused(new Refusal.Dust())
        : new Outcome.Done<>(removed);
  }

  /**
   * The shares that the treasury gets before liquidity changes: a sixth of the growth of the root
   * of the product since it last did.
   *
   * @param productThen coins times dollars then; zero before the first liquidity
   */
  public static Amount treasuryShares(
      Amount coins, Amount dollars, Amount shares, BigInteger productThen) {
    BigInteger root = coins.units().multiply(dollars.units()).sqrt();
    BigInteger then = productThen.sqrt();
    if (then.signum() == 0 || root.compareTo(then) <= 0) {
      return Amount.ZERO;
    }
    return new Amount(
        shares.units().multiply(root.subtract(then)).divide(root.multiply(KEPT_PARTS).add(then)));
  }

  private boolean hasNoRoomFor(Token token, Amount further) {
    return LARGEST_RESERVE.units().subtract(of(token).units()).compareTo(further.units()) < 0;
  }

  private static Amount scaled(Amount amount, Amount by, Amount of) {
    return new Amount(amount.units().multiply(by.units()).divide(of.units()));
  }

  private static <T> Outcome<T> refused(Refusal reason) {
    return new Outcome.Refused<>(reason);
  }
}
