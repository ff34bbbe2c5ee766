package cloud.zansoc.ledger;

/**
 * Which ledger it is: a signature for one is worth nothing on another.
 *
 * @param chain the chain's number
 * @param escrow the contract that keeps the coins
 */
public record LedgerId(long chain, AccountId escrow) {
  public LedgerId {
    if (chain <= 0) {
      throw new IllegalArgumentException("a chain's number is positive, not " + chain);
    }
  }

  /** Its text in messages between programs: the CAIP-10 id of the escrow. */
  public String text() {
    return "eip155:" + chain + ":" + escrow.text();
  }

  /**
   * Reads what {@link #text} writes.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static LedgerId parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3 || !parts[0].equals("eip155") || !parts[1].matches("[1-9][0-9]{0,17}")) {
      throw new IllegalArgumentException(
          "a ledger is eip155:CHAIN:0x and 40 digits, not '" + text + "'");
    }
    return new LedgerId(Long.parseLong(parts[1]), new AccountId(parts[2]));
  }

  @Override
  public String toString() {
    return escrow + " on chain " + chain;
  }
}
