package cloud.zansoc.ledger;

import java.time.Instant;

/**
 * Within which bounds liquidity may be added or removed.
 *
 * @param leastCoins fewer are not to be taken, or got
 * @param leastDollars likewise
 * @param deadline the last second in which it may be done
 */
public record Bounds(Amount leastCoins, Amount leastDollars, Instant deadline) {
  /** Lets pass what keeps to the bounds. */
  public Outcome<Liquidity> check(Liquidity seen, Instant now) {
    if (now.getEpochSecond() > deadline.getEpochSecond()) {
      return refused(new Refusal.DeadlinePassed(deadline));
    }
    if (seen.coins().compareTo(leastCoins) < 0) {
      return refused(new Refusal.BelowLeast(Token.COIN, leastCoins, seen.coins()));
    }
    if (seen.dollars().compareTo(leastDollars) < 0) {
      return refused(new Refusal.BelowLeast(Token.DOLLAR, leastDollars, seen.dollars()));
    }
    return new Outcome.Done<>(seen);
  }

  private static Outcome<Liquidity> refused(Refusal reason) {
    return new Outcome.Refused<>(reason);
  }
}
