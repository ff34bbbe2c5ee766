package cloud.zansoc.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The pair of coin and stablecoin, and the coin's price that comes out of it. Each operation is
 * done wholly or refused wholly, and is done when it returns.
 *
 * <p>Safe to use from many threads; calls may block on a network. Failures that are nobody's
 * decision are {@link cloud.zansoc.base.ZansocException}s, as with {@link Ledger}. What is
 * exchanged is owned outside of the escrow.
 */
public interface Exchange {
  /** The most events that {@link #history} gives at once. */
  int MAX_EVENTS = 1000;

  /** The exchange's own clock, in whole seconds: deadlines pass, and prices grow old, by it. */
  Instant now();

  /** The stablecoin's decimals: 10^that many of its units are a US dollar. */
  int dollarDecimals();

  /** How prices are averaged. */
  PriceRules priceRules();

  /** What an account owns of a token. */
  Amount owned(AccountId account, Token token);

  /** The shares of the pool that an account has. */
  Amount shares(AccountId account);

  /** What the pool holds now. */
  Pool pool();

  /** Exchanges what the caller owns. */
  Outcome<Quote> swap(AccountId caller, Order order);

  /** Adds what the caller owns, at most so much of both, at the pool's proportion. */
  Outcome<Liquidity> add(AccountId caller, Amount mostCoins, Amount mostDollars, Bounds bounds);

  /** Gives shares of the caller back for coins and dollars. */
  Outcome<Liquidity> remove(AccountId caller, Amount shares, Bounds bounds);

  /**
   * What has happened, the newest first.
   *
   * @param account whose; empty: everything
   * @param most how many, at most {@link #MAX_EVENTS}
   */
  List<ExchangeEvent> history(Optional<AccountId> account, int most);

  /** The average price; refused where there is none yet, or none that is young enough. */
  Outcome<AveragePrice> twap();

  /**
   * Observes the pool's price, for anyone who asks. Averages are made only where somebody does this
   * regularly.
   */
  Outcome<PriceUpdate> update(AccountId caller);

  /** What {@link #swap} would give now, or why it would be refused. */
  default Outcome<Quote> tried(AccountId caller, Order order) {
    return order
        .on(pool(), now())
        .then(quote -> owning(caller, quote.given(), quote.in()).map(owned -> quote));
  }

  /** What {@link #add} would take now, or why it would be refused. */
  default Outcome<Liquidity> triedAdding(
      AccountId caller, Amount mostCoins, Amount mostDollars, Bounds bounds) {
    return pool()
        .adding(mostCoins, mostDollars)
        .then(added -> bounds.check(added, now()))
        .then(added -> owning(caller, Token.COIN, added.coins()).map(owned -> added))
        .then(added -> owning(caller, Token.DOLLAR, added.dollars()).map(owned -> added));
  }

  /** What {@link #remove} would give now, or why it would be refused. */
  default Outcome<Liquidity> triedRemoving(AccountId caller, Amount shares, Bounds bounds) {
    Amount has = shares(caller);
    if (has.compareTo(shares) < 0) {
      return new Outcome.Refused<>(new Refusal.InsufficientShares(caller, has, shares));
    }
    return pool().removing(shares).then(removed -> bounds.check(removed, now()));
  }

  private Outcome<Amount> owning(AccountId account, Token token, Amount needed) {
    Amount owned = owned(account, token);
    return owned.compareTo(needed) < 0
        ? new Outcome.Refused<>(new Refusal.InsufficientTokens(account, token, owned, needed))
        : new Outcome.Done<>(owned);
  }

  /** Checks how many events are asked for. */
  static void checkMost(int most) {
    if (most < 1 || most > MAX_EVENTS) {
      throw new IllegalArgumentException(
          "1 to " + MAX_EVENTS + " events are given at once, not " + most);
    }
  }
}
