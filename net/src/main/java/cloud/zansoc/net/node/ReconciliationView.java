package cloud.zansoc.net.node;

import java.time.Instant;
import java.util.List;

/**
 * What came of comparing the ledger's books with the chain.
 *
 * @param block the number of the block at which was compared
 * @param hash of that block
 * @param accounts how many were compared
 * @param coins units that the escrow has, in decimal
 * @param unassigned of these, units that were sent to it and credited to nobody, in decimal
 * @param differences none where books and chain are equal
 */
public record ReconciliationView(
    long block,
    String hash,
    Instant at,
    long accounts,
    String coins,
    String unassigned,
    List<Difference> differences) {
  public ReconciliationView {
    differences = List.copyOf(differences);
  }

  /**
   * An account about which they differ.
   *
   * @param account kind and id, such as {@code balance:0x…}
   * @param books units by the books, in decimal
   * @param chain units by the contracts, in decimal
   */
  public record Difference(String account, String books, String chain) {}
}
