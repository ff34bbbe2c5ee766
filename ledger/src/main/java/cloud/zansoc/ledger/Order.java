package cloud.zansoc.ledger;

import java.time.Instant;

/**
 * A trade that is to be done, and within which bounds.
 *
 * @param limit the least that is to be got, or the most that is to be given, whichever the trade
 *     leaves open
 * @param deadline the last second in which it may be done
 */
public record Order(Trade trade, Amount limit, Instant deadline) {
  /** What it gives on a pool at a time, or why it must not be done. */
  public Outcome<Quote> on(Pool pool, Instant now) {
    if (now.getEpochSecond() > deadline.getEpochSecond()) {
      return new Outcome.Refused<>(new Refusal.DeadlinePassed(deadline));
    }
    return pool.quote(trade).then(this::withinLimit);
  }

  private Outcome<Quote> withinLimit(Quote quote) {
    return switch (trade) {
      case Trade.ExactIn in when quote.out().compareTo(limit) < 0 ->
          new Outcome.Refused<>(new Refusal.BelowLeast(in.given().other(), limit, quote.out()));
      case Trade.ExactOut out when quote.in().compareTo(limit) > 0 ->
          new Outcome.Refused<>(new Refusal.AboveMost(out.given(), limit, quote.in()));
      case Trade.ExactIn _, Trade.ExactOut _ -> new Outcome.Done<>(quote);
    };
  }
}
