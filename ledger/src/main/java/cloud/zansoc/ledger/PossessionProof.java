package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.util.List;

/**
 * Shows that some leaves are at their places in data with a known root.
 *
 * @param leaves the 32 bytes of each
 * @param path for each leaf the siblings on its way up to the root, lowest first
 */
public record PossessionProof(List<Digest> leaves, List<Digest> path) {
  public PossessionProof {
    leaves = List.copyOf(leaves);
    path = List.copyOf(path);
  }
}
