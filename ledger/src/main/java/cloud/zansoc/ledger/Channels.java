package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.time.Duration;
import java.time.Instant;

/**
 * Channels of one escrow, on which hosts redeem what clients owe by their vouchers. Done, refused
 * and failed is the same here as in {@link Ledger}.
 *
 * <p>A host that takes a voucher looks at {@link #channel} first: it is paid as far as the channel
 * is funded, and what is missing stays claimable with the same voucher.
 */
public interface Channels {
  /** How long a host can still redeem after its client has asked for the rest back. */
  Duration CLOSE_DELAY = Duration.ofDays(1);

  /**
   * Moves an amount of the caller's balance into its channel, which opens it or tops it up; a
   * closing that was asked for is called off.
   */
  Outcome<Channel> fund(AccountId caller, AccountId host, Digest reference, Amount amount);

  /** Pays the host what a voucher is above what was paid; anyone may hand it in. */
  Outcome<Payment> redeem(AccountId caller, SignedVoucher voucher);

  /**
   * Asks for the rest of the caller's own channel back.
   *
   * @return from when it can be closed
   */
  Outcome<Instant> requestClose(AccountId caller, AccountId host, Digest reference);

  /**
   * Gives the rest to the client: for the host at any time, for anyone once the time is over that
   * the client has asked for.
   *
   * @return the refund
   */
  Outcome<Amount> closeChannel(AccountId caller, ChannelName channel);

  /** A channel as it is now. */
  Channel channel(ChannelName channel);
}
