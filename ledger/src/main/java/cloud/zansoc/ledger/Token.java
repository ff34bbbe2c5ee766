package cloud.zansoc.ledger;

/** What the exchange gives for one another. */
public enum Token {
  /** The coin, in units of 10^-18. */
  COIN("the coin"),

  /** The stablecoin, in its own units; each whole one counts as a US dollar. */
  DOLLAR("the stablecoin");

  private final String text;

  Token(String text) {
    this.text = text;
  }

  /** For messages. */
  public String text() {
    return text;
  }

  /** What one gets for it. */
  public Token other() {
    return this == COIN ? DOLLAR : COIN;
  }
}
