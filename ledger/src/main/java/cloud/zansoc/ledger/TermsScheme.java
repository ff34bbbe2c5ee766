package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.util.Optional;

/**
 * How the terms of one ledger are numbered and signed, and which leaves its deals ask for. Pure and
 * safe to share between threads.
 */
public interface TermsScheme {
  /** The ledger that these terms are for. */
  LedgerId ledger();

  /** The digest that a host signs, and the id that the deal will have. */
  DealId dealId(DealTerms terms);

  /** Whose signature it is, read as one for this ledger; empty where it is nobody's. */
  Optional<AccountId> signer(DealTerms terms, Signature signature);

  /** The index of the leaf that a deal asks for in the period with this seed. */
  long challenge(DealId deal, Digest seed, int sample, long leaves);
}
