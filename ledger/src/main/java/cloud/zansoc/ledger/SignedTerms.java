package cloud.zansoc.ledger;

/**
 * Terms with their host's signature.
 *
 * @param ledger the ledger that they are for; the signature covers its chain and its deals
 */
public record SignedTerms(LedgerId ledger, DealTerms terms, Signature signature) {}
