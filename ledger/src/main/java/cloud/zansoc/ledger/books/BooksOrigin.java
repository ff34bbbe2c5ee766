package cloud.zansoc.ledger.books;

import cloud.zansoc.ledger.LedgerId;

/**
 * What books are of.
 *
 * @param genesis the hash of the chain's first block: two chains can have the same number
 */
public record BooksOrigin(LedgerId ledger, String genesis) {
  @Override
  public String toString() {
    return ledger + " that began with block " + genesis;
  }
}
