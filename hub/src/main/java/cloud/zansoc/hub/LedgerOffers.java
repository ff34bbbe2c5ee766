package cloud.zansoc.hub;

import cloud.zansoc.base.Money;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.api.LeasedResources;
import cloud.zansoc.compute.api.OfferRequest;
import cloud.zansoc.compute.hub.OfferCheck;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.OfferPricing;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Signature;
import cloud.zansoc.ledger.SignedOffer;
import cloud.zansoc.ledger.evm.EvmExchange;
import cloud.zansoc.ledger.evm.EvmOffers;
import cloud.zansoc.ledger.evm.Keyring;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;

/** Offers of hosts, as they are before money is spent on them: docs/format/lease-offer.md. */
final class LedgerOffers implements OfferCheck {
  /** Long enough for a chain that is away for a while. */
  private static final Duration VALIDITY = Duration.ofMinutes(10);

  /** What the average price may have moved since the host has asked for it. */
  private static final int TOLERANCE_PERCENT = 2;

  private static final BigInteger HUNDRED = BigInteger.valueOf(100);

  private final LedgerNode node;

  LedgerOffers(LedgerNode node) {
    this.node = node;
  }

  @Override
  public String ledger() {
    return node.id().text();
  }

  @Override
  public Duration validity() {
    return VALIDITY;
  }

  /**
   * {@inheritDoc}
   *
   * @throws cloud.zansoc.base.ZansocException UNREACHABLE where the chain is away
   */
  @Override
  public Optional<String> objection(
      HostOffer offer, OfferRequest request, String account, Money perHour) {
    SignedOffer signed;
    try {
      signed = parse(offer);
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    return other(signed, offer, request, account)
        .or(() -> unsigned(signed, offer))
        .or(() -> dear(signed.offer(), perHour));
  }

  private Optional<String> other(
      SignedOffer signed, HostOffer text, OfferRequest request, String account) {
    Offer offer = signed.offer();
    if (!signed.ledger().equals(node.id())) {
      return Optional.of("it is for " + text.ledger() + ", not for " + ledger());
    }
    if (!offer.host().equals(new AccountId(account))) {
      return Optional.of(
          "it pays to %s, the host has published %s".formatted(text.host(), account));
    }
    if (!offer.client().equals(Optional.of(new AccountId(request.client())))) {
      return Optional.of(
          "it is for client %s, not for %s".formatted(text.client(), request.client()));
    }
    boolean asAsked =
        text.expiry().equals(request.expiry())
            && text.nonce().equals(request.nonce())
            && text.resources().equals(LeasedResources.digest(request.instance()));
    return asAsked
        ? Optional.empty()
        : Optional.of("its expiry, nonce or resources are not those that were asked for");
  }

  private Optional<String> unsigned(SignedOffer signed, HostOffer text) {
    EvmOffers scheme = new EvmOffers(node.id());
    if (!scheme.leaseId(signed.offer()).digest().equals(text.lease())) {
      return Optional.of("its lease is not " + text.lease());
    }
    return scheme
            .signer(signed.offer(), signed.signature())
            .equals(Optional.of(signed.offer().host()))
        ? Optional.empty()
        : Optional.of("it is not signed by " + signed.offer().host());
  }

  private Optional<String> dear(Offer offer, Money perHour) {
    if (!node.hasExchange()) {
      return Optional.of("the hub has no exchange to tell its price by");
    }
    EvmExchange exchange =
        new EvmExchange(node.chain(), node.exchange().orElseThrow(), new Keyring());
    return switch (new OfferPricing(exchange).rate(perHour)) {
      case Outcome.Refused<Amount> refused -> Optional.of(refused.reason().message());
      case Outcome.Done<Amount>(Amount rate) ->
          isAbove(offer.rate(), rate)
              ? Optional.of(
                  "it asks for %s units a second, the published %s an hour are %s"
                      .formatted(offer.rate(), perHour, rate))
              : Optional.empty();
    };
  }

  private static boolean isAbove(Amount asked, Amount published) {
    BigInteger most =
        published.units().multiply(BigInteger.valueOf(100 + TOLERANCE_PERCENT)).divide(HUNDRED);
    return asked.units().compareTo(most) > 0;
  }

  /**
   * The ledger's form of an offer; nothing of it is checked but its form.
   *
   * @throws IllegalArgumentException if it has not that form
   */
  static SignedOffer parse(HostOffer text) {
    Offer offer =
        new Offer(
            new AccountId(text.host()),
            Optional.of(new AccountId(text.client())).filter(any -> !any.equals(AccountId.NOBODY)),
            new Amount(number(text.unitsPerSecond())),
            text.expiry(),
            text.resources(),
            new BigInteger(1, text.nonce().toBytes()));
    return new SignedOffer(LedgerId.parse(text.ledger()), offer, Signature.parse(text.signature()));
  }

  private static BigInteger number(String digits) {
    if (!digits.matches("[0-9]{1,29}")) {
      throw new IllegalArgumentException("a rate is a number of units, not '" + digits + "'");
    }
    return new BigInteger(digits);
  }
}
