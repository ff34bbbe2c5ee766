package cloud.zansoc.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Accounts and leases of one escrow. Each operation is done wholly or refused wholly, and is done
 * when it returns.
 *
 * <p>Safe to use from many threads; calls may block on a network. Failures that are nobody's
 * decision (the chain is away, too slow, or answers nonsense) are {@link
 * cloud.zansoc.base.ZansocException}s, and then it is unknown whether the operation was done.
 */
public interface Ledger {
  /** The most seconds that one call can prepay: those that 32 bits hold. */
  Duration LONGEST_PREPAYMENT = Duration.ofSeconds((1L << 32) - 1);

  /** The most leases that one call settles. */
  int MAX_SETTLED_AT_ONCE = 200;

  /** Which ledger this is. */
  LedgerId id();

  /** The ledger's own clock, in whole seconds: what expires, expires by it. */
  Instant now();

  /** Who gets the commission. */
  AccountId treasury();

  /** What an account can withdraw or spend here. */
  Amount balance(AccountId account);

  /** What an account owns outside of the escrow and can deposit. */
  Amount coins(AccountId account);

  /** Moves the caller's coins into its own balance. */
  Outcome<Amount> deposit(AccountId caller, Amount amount);

  /** Moves coins of the caller's balance out, to any account. */
  Outcome<Amount> withdraw(AccountId caller, AccountId to, Amount amount);

  /**
   * Takes an offer and prepays it from the caller's balance; the lease begins now.
   *
   * @param paid whole seconds, at most {@link #LONGEST_PREPAYMENT}
   */
  Outcome<Lease> open(AccountId caller, SignedOffer offer, Duration paid);

  /** Makes an offer of the caller that nobody took yet worthless. */
  Outcome<LeaseId> cancelOffer(AccountId caller, Offer offer);

  /**
   * Prepays further seconds of a lease from the caller's balance, whose client the caller need not
   * be.
   *
   * @return until when it is paid now
   */
  Outcome<Instant> topUp(AccountId caller, LeaseId lease, Duration paid);

  /** Pays the host for the seconds since the last settlement; anyone may ask for it. */
  Outcome<Payment> settle(AccountId caller, LeaseId lease);

  /**
   * Settles many leases in one step and leaves out those that are not open.
   *
   * @param leases at most {@link #MAX_SETTLED_AT_ONCE}
   */
  Outcome<Payment> settleMany(AccountId caller, List<LeaseId> leases);

  /**
   * Settles a lease, refunds the rest to its client and ends it: for client, host, and the agent
   * that opened it, at any time; for anyone once it has lapsed.
   *
   * @return the refund
   */
  Outcome<Amount> close(AccountId caller, LeaseId lease, CloseReason reason);

  /** A lease, while it is open. */
  Optional<Lease> lease(LeaseId lease);

  /** Checks a time to prepay and gives its seconds. */
  static long prepaidSeconds(Duration paid) {
    Duration whole = Duration.ofSeconds(paid.toSeconds());
    if (paid.isNegative() || !paid.equals(whole) || paid.compareTo(LONGEST_PREPAYMENT) > 0) {
      throw new IllegalArgumentException("prepaid are whole seconds below 2^32, not " + paid);
    }
    return paid.toSeconds();
  }

  /** Checks how many leases are to be settled. */
  static void checkBatch(List<LeaseId> leases) {
    if (leases.size() > MAX_SETTLED_AT_ONCE) {
      throw new IllegalArgumentException(
          "at most " + MAX_SETTLED_AT_ONCE + " leases are settled at once, not " + leases.size());
    }
  }
}
