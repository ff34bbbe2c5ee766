package cloud.zansoc.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.api.InstancePrice;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.LeasedResources;
import cloud.zansoc.compute.api.OfferRequest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Signature;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOffers;
import cloud.zansoc.net.node.ComputeOffer;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Signs what a hub asks a host to offer, at the host's own prices: docs/format/lease-offer.md. A
 * request that comes again gets the same offer. Thread-safe.
 */
final class OfferSigner {
  /** An offer keeps its price for so long at most, however the coin's price moves. */
  static final Duration LONGEST = Duration.ofHours(1);

  private final EvmKey key;
  private final OfferMarket market;
  private final Supplier<ComputeOffer.Prices> prices;
  private final OfferBook book;
  private final InstantSource clock;

  /**
   * Held from looking for an offer until it is kept, disk included: two offers of one nonce could
   * both be taken.
   */
  private final ReentrantLock signing = new ReentrantLock();

  /**
   * @param prices as the owner has them now
   */
  OfferSigner(
      EvmKey key,
      OfferMarket market,
      Supplier<ComputeOffer.Prices> prices,
      OfferBook book,
      InstantSource clock) {
    this.key = key;
    this.market = market;
    this.prices = prices;
    this.book = book;
    this.clock = clock;
  }

  /**
   * The offer for a request.
   *
   * @throws ZansocException INVALID_ARGUMENT; PRECONDITION_FAILED for another ledger, or where the
   *     coin has no price; CONFLICT where the nonce is that of another offer; UNREACHABLE where hub
   *     or chain are away, UNSUPPORTED where the hub has no ledger or the coin no exchange
   */
  HostOffer sign(OfferRequest request) {
    AccountId client = account(request.client());
    Digest resources = LeasedResources.digest(request.instance());
    LedgerId ledger = market.ledger();
    if (!request.ledger().equals(ledger.text())) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "an offer is asked for ledger %s, this host's hub works with %s"
              .formatted(request.ledger(), ledger.text()));
    }
    Optional<HostOffer> kept = kept(request, client, resources);
    if (kept.isPresent()) {
      return kept.get();
    }
    checkExpiry(request.expiry());
    Amount rate = rate(request.instance());
    signing.lock();
    try {
      Optional<HostOffer> meanwhile = kept(request, client, resources);
      if (meanwhile.isPresent()) {
        return meanwhile.get();
      }
      HostOffer offer =
          signed(
              ledger,
              new Offer(
                  key.account(),
                  Optional.of(client),
                  rate,
                  request.expiry(),
                  resources,
                  new BigInteger(1, request.nonce().toBytes())),
              request.nonce());
      book.keep(offer, clock.instant());
      return offer;
    } finally {
      signing.unlock();
    }
  }

  private Optional<HostOffer> kept(OfferRequest request, AccountId client, Digest resources) {
    Optional<HostOffer> kept;
    signing.lock();
    try {
      kept = book.find(request.nonce());
    } finally {
      signing.unlock();
    }
    boolean other =
        kept.filter(offer ->
                !offer.ledger().equals(request.ledger())
                    || !offer.client().equals(client.text())
                    || !offer.expiry().equals(request.expiry())
                    || !offer.resources().equals(resources))
            .isPresent();
    if (other) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "nonce %s is that of another offer: draw a new one"
              .formatted(request.nonce().shortText()));
    }
    return kept;
  }

  private static AccountId account(String text) {
    try {
      AccountId account = new AccountId(text);
      if (!account.equals(AccountId.NOBODY)) {
        return account;
      }
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "the client of an offer: " + e.getMessage(), e);
    }
    throw new ZansocException(
        ErrorCode.INVALID_ARGUMENT, "an offer for nobody would be one for everybody");
  }

  private void checkExpiry(Instant expiry) {
    Instant now = clock.instant();
    boolean whole = expiry.equals(expiry.truncatedTo(ChronoUnit.SECONDS));
    if (!whole || !expiry.isAfter(now) || expiry.isAfter(now.plus(LONGEST))) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "an offer ends at a whole second within the next %s, not at %s; here it is %s"
              .formatted(LONGEST, expiry, now));
    }
  }

  private Amount rate(InstanceSpec instance) {
    Money hour =
        InstancePrice.hour(
            prices.get(),
            instance.size(),
            instance.volumes().stream().map(InstanceSpec.Volume::mount).toList());
    return switch (market.rate(hour)) {
      case Outcome.Done<Amount>(Amount rate) -> rate;
      case Outcome.Refused<Amount> refused ->
          throw new ZansocException(
              refused.reason().code(),
              "%s an hour cannot be offered in the coin: %s"
                  .formatted(hour, refused.reason().message()));
    };
  }

  private HostOffer signed(LedgerId ledger, Offer offer, Digest nonce) {
    EvmOffers scheme = new EvmOffers(ledger);
    Signature signature = scheme.sign(key, offer).signature();
    return new HostOffer(
        ledger.text(),
        scheme.leaseId(offer).digest(),
        offer.host().text(),
        offer.client().map(AccountId::text).orElseThrow(),
        offer.rate().units().toString(),
        offer.expiry(),
        offer.resources(),
        nonce,
        signature.text());
  }
}
