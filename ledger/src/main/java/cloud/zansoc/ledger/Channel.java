package cloud.zansoc.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * A client's prepayment for usage that is not known beforehand; one that was never funded has
 * nothing.
 *
 * @param funded what the client has put in since the beginning, less refunds
 * @param paid what vouchers have paid since the beginning, commission included; never less again
 * @param closesAt from when anyone can give the rest back, where the client has asked for it
 */
public record Channel(ChannelName name, Amount funded, Amount paid, Optional<Instant> closesAt) {
  /** What can still be redeemed, or refunded. */
  public Amount left() {
    return funded.minus(paid);
  }
}
