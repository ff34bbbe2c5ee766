package cloud.zansoc.ledger;

import java.util.Optional;

/** How the offers of one ledger are numbered and signed. Pure and safe to share between threads. */
public interface OfferScheme {
  /** The ledger that these offers are for. */
  LedgerId ledger();

  /** The digest that a host signs, and the id that the lease will have. */
  LeaseId leaseId(Offer offer);

  /** Whose signature it is, read as one for this ledger; empty where it is nobody's. */
  Optional<AccountId> signer(Offer offer, Signature signature);
}
