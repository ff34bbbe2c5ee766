package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Mandates of one escrow: a client lets an agent open and top up the leases of one deployment from
 * the client's own balance. Done, refused and failed is the same here as in {@link Ledger}.
 *
 * <p>Granting locks nothing, and the agent is never paid. It ends its leases by {@link
 * Ledger#close}, also after the mandate has ended; what that refunds goes to the client, and gives
 * the mandate back no more than the agent prepaid.
 */
public interface Mandates {
  /** The most leases that are opened at once. */
  int MAX_OPENED_AT_ONCE = 100;

  /**
   * Gives a mandate, or replaces the terms of an earlier one. The budget counts from the first
   * grant on: it includes what is used already.
   */
  Outcome<Mandate> grant(AccountId caller, AccountId agent, Digest deployment, MandateTerms terms);

  /** Ends a mandate of the caller: nothing more is opened or topped up. */
  Outcome<Mandate> revoke(AccountId caller, AccountId agent, Digest deployment);

  /**
   * Takes offers for a client, all or none; the caller is the agent.
   *
   * @param offers for this client or for anyone; at least one, at most {@link #MAX_OPENED_AT_ONCE}
   * @param paid whole seconds, at most {@link Ledger#LONGEST_PREPAYMENT}
   */
  Outcome<List<Lease>> openFor(
      AccountId caller,
      AccountId client,
      Digest deployment,
      List<SignedOffer> offers,
      Duration paid);

  /**
   * Prepays further seconds of a lease that the caller opened, from its client's balance.
   *
   * @return until when it is paid now
   */
  Outcome<Instant> topUpFor(AccountId caller, LeaseId lease, Duration paid);

  /** A mandate as it is now, also if it has expired or was revoked; none: it was never given. */
  Optional<Mandate> mandate(MandateName name);

  /** Checks how many leases are to be opened. */
  static void checkBatch(List<SignedOffer> offers) {
    if (offers.isEmpty() || offers.size() > MAX_OPENED_AT_ONCE) {
      throw new IllegalArgumentException(
          "1 to " + MAX_OPENED_AT_ONCE + " leases are opened at once, not " + offers.size());
    }
  }
}
