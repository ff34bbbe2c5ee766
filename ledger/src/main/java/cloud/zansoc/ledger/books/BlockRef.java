package cloud.zansoc.ledger.books;

/**
 * One block.
 *
 * @param height how many came before it
 * @param hash 0x and 64 lower-case digits
 */
public record BlockRef(long height, String hash) {
  public BlockRef {
    if (height < 0 || !hash.matches("0x[0-9a-f]{64}")) {
      throw new IllegalArgumentException("no block: height " + height + ", hash '" + hash + "'");
    }
  }

  @Override
  public String toString() {
    return height + " (" + hash + ")";
  }
}
