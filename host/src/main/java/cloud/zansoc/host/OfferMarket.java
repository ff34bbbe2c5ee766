package cloud.zansoc.host;

import cloud.zansoc.base.Money;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.Outcome;

/** Where a host's offers are taken, and what they are worth there. */
interface OfferMarket {
  /**
   * The ledger that the host's hub works with.
   *
   * @throws cloud.zansoc.base.ZansocException UNSUPPORTED where it has none, UNREACHABLE
   */
  LedgerId ledger();

  /**
   * The rate a second at which an hour costs so much, now.
   *
   * @throws cloud.zansoc.base.ZansocException UNSUPPORTED where the coin has no exchange,
   *     UNREACHABLE where hub or chain are away
   */
  Outcome<Amount> rate(Money hour);
}
