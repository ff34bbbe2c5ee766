package cloud.zansoc.ledger;

/**
 * Fixes in the coin what a host asks for in US dollars, at the exchange's time-weighted price.
 * Where there is no such price, or only an old one, there is no offer: a price is never made up.
 *
 * <p>The offer keeps its rate however the price moves, so it should expire soon.
 */
public final class OfferPricing {
  private final Exchange exchange;
  private final UnitPrices prices;

  public OfferPricing(Exchange exchange, UnitPrices prices) {
    this.exchange = exchange;
    this.prices = prices;
  }

  /** The rate a second of a machine, now. */
  public Outcome<Amount> rate(MachineSize size) {
    return exchange
        .twap()
        .then(average -> {
          Amount rate = average.price().rate(prices.hour(size));
          return rate.isZero()
              ? new Outcome.Refused<>(new Refusal.InvalidRate(rate))
              : new Outcome.Done<>(rate);
        });
  }

  /** The offer of a machine, to be signed. */
  public Outcome<Offer> offer(MachineSize size, OfferTerms terms) {
    return rate(size).map(terms::at);
  }
}
