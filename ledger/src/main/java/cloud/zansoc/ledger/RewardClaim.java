package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.util.List;

/**
 * What an account has earned in all epochs that were published, and the proof of it.
 *
 * @param proof the siblings on the way up to the published root, lowest first
 */
public record RewardClaim(AccountId account, Amount cumulative, List<Digest> proof) {
  /** The most siblings: those of 2^64 accounts. */
  public static final int LONGEST_PROOF = 64;

  /** Refuses proofs that no tree has. */
  public RewardClaim {
    proof = List.copyOf(proof);
    if (proof.size() > LONGEST_PROOF) {
      throw new IllegalArgumentException(
          "a proof has up to " + LONGEST_PROOF + " siblings, not " + proof.size());
    }
  }
}
