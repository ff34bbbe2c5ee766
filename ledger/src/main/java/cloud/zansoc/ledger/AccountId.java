package cloud.zansoc.ledger;

/** Whose coins they are: an address of the chain, as 0x and 40 lower-case digits. */
public record AccountId(String text) {
  /** Nobody: coins sent there would be lost, and the ledger refuses to. */
  public static final AccountId NOBODY = new AccountId("0x" + "0".repeat(40));

  /**
   * Takes any case of letters.
   *
   * @throws IllegalArgumentException if the text is no address
   */
  public AccountId {
    text = Hex.normalized("an account", text, 20);
  }

  @Override
  public String toString() {
    return text;
  }
}
