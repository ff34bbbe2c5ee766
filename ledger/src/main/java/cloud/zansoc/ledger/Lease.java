package cloud.zansoc.ledger;

import java.time.Duration;
import java.time.Instant;

/**
 * A lease that is open. It holds exactly its rate times the seconds that are paid and not settled.
 *
 * @param rate for one second
 * @param settledUntil the host has got its part up to here
 * @param paidUntil the client has paid up to here
 */
public record Lease(
    LeaseId id,
    AccountId client,
    AccountId host,
    Amount rate,
    Instant settledUntil,
    Instant paidUntil) {
  /** What a settlement at {@code now} pays, commission included. */
  public Amount due(Instant now) {
    return costOf(settledUntil, settledTo(now));
  }

  /** What closing at {@code now} gives back to the client. */
  public Amount refund(Instant now) {
    return costOf(settledTo(now), paidUntil);
  }

  /** How long it is still paid for. */
  public Duration runway(Instant now) {
    return hasLapsed(now) ? Duration.ZERO : Duration.between(now, paidUntil);
  }

  /** True from the first second that is not paid. */
  public boolean hasLapsed(Instant now) {
    return !now.isBefore(paidUntil);
  }

  /** The same lease after a settlement at {@code now}. */
  Lease settled(Instant now) {
    return new Lease(id, client, host, rate, settledTo(now), paidUntil);
  }

  /** The same lease, paid for longer. */
  Lease extended(Duration paid) {
    return new Lease(id, client, host, rate, settledUntil, paidUntil.plus(paid));
  }

  private Instant settledTo(Instant now) {
    return now.isBefore(paidUntil) ? now : paidUntil;
  }

  private Amount costOf(Instant from, Instant to) {
    return rate.times(to.getEpochSecond() - from.getEpochSecond());
  }
}
