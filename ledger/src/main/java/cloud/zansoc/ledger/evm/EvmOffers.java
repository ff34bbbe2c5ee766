package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.OfferScheme;
import cloud.zansoc.ledger.Signature;
import cloud.zansoc.ledger.SignedOffer;
import java.math.BigInteger;
import java.util.Optional;
import org.web3j.utils.Numeric;

/** Offers as the escrow's domain {@code Zansoc Escrow} signs them. */
public final class EvmOffers implements OfferScheme {
  private static final byte[] OFFER_TYPE =
      Words.keccak(
          "Offer(address host,address client,uint96 rate,uint64 expiry,bytes32 resources,uint256"
              + " nonce)");

  private final LedgerId ledger;
  private final TypedData domain;

  public EvmOffers(LedgerId ledger) {
    this.ledger = ledger;
    this.domain = new TypedData("Zansoc Escrow", ledger.chain(), ledger.escrow());
  }

  /** Signs an offer with its host's key. */
  public SignedOffer sign(EvmKey host, Offer offer) {
    return new SignedOffer(ledger, offer, host.sign(digest(offer)));
  }

  @Override
  public LedgerId ledger() {
    return ledger;
  }

  @Override
  public LeaseId leaseId(Offer offer) {
    return new LeaseId(Numeric.toHexString(digest(offer)));
  }

  @Override
  public Optional<AccountId> signer(Offer offer, Signature signature) {
    return EvmKey.signer(digest(offer), signature);
  }

  private byte[] digest(Offer offer) {
    return domain.digest(
        OFFER_TYPE,
        offer.host(),
        offer.client().orElse(AccountId.NOBODY),
        offer.rate().units(),
        BigInteger.valueOf(offer.expiry().getEpochSecond()),
        offer.resources().toBytes(),
        offer.nonce());
  }
}
