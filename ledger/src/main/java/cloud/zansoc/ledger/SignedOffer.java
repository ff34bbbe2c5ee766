package cloud.zansoc.ledger;

/**
 * An offer with its host's signature.
 *
 * @param ledger the ledger that it is for; the signature covers it
 */
public record SignedOffer(LedgerId ledger, Offer offer, Signature signature) {}
