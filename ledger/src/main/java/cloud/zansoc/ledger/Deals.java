package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Storage that is paid by proofs of possession. Done, refused and failed is the same here as in
 * {@link Ledger}.
 *
 * <p>Periods are counted in blocks and the same for all deals. A period's seed is known from its
 * second block on; where the chain gives that block up it changes, and a proof for it with it.
 */
public interface Deals {
  /** The deal's proofs and signatures. */
  TermsScheme scheme();

  /** The period that the next block is in. */
  long currentPeriod();

  /** What decides which leaves are asked for in a period; empty while or where nobody knows it. */
  Optional<Digest> seed(long period);

  /**
   * Takes terms and prepays all periods from the caller's balance; the first one is that after the
   * current one.
   */
  Outcome<Deal> open(AccountId caller, SignedTerms terms);

  /** Proves the current period, which pays it; anyone may hand the proof in. */
  Outcome<Payment> prove(AccountId caller, DealId deal, PossessionProof proof);

  /**
   * Faults periods that passed unproven, for a tenth of the penalty.
   *
   * @param most how many at once, below 2^32
   */
  Outcome<Fault> fault(AccountId caller, DealId deal, long most);

  /**
   * Ends a deal after the current period, by its client or host.
   *
   * @return what the client gets back
   */
  Outcome<Amount> end(AccountId caller, DealId deal);

  /** A deal, also one that is over. */
  Optional<Deal> deal(DealId deal);

  /** The indices of the leaves that a deal asks for in the period with this seed. */
  default List<Long> challenges(Deal deal, Digest seed) {
    return IntStream.range(0, deal.samples())
        .mapToObj(sample -> scheme().challenge(deal.id(), seed, sample, deal.leaves()))
        .toList();
  }

  /** Checks how many periods are to be faulted. */
  static long checkedLimit(long most) {
    if (most < 0 || most >>> 32 != 0) {
      throw new IllegalArgumentException("periods to fault are 0 to 2^32 - 1, not " + most);
    }
    return most;
  }
}
