package cloud.zansoc.ledger;

import cloud.zansoc.base.Money;

/**
 * Fixes in the coin what a host asks for in US dollars, at the exchange's time-weighted price.
 * Where there is no such price, or only an old one, there is no offer: a price is never made up.
 *
 * <p>The offer keeps its rate however the price moves, so it should expire soon.
 */
public final class OfferPricing {
  private final Exchange exchange;

  public OfferPricing(Exchange exchange) {
    this.exchange = exchange;
  }

  /** The rate a second at which an hour costs so much, now. */
  public Outcome<Amount> rate(Money hour) {
    return exchange
        .twap()
        .then(average -> {
          Amount rate = average.price().rate(hour);
          return rate.isZero()
              ? new Outcome.Refused<>(new Refusal.InvalidRate(rate))
              : new Outcome.Done<>(rate);
        });
  }

  /** The offer at that rate, to be signed. */
  public Outcome<Offer> offer(Money hour, OfferTerms terms) {
    return rate(hour).map(terms::at);
  }
}
