package cloud.zansoc.ledger;

/** The digest of the terms that a host signed, as 0x and 64 lower-case digits. */
public record DealId(String text) {
  /**
   * Takes any case of letters.
   *
   * @throws IllegalArgumentException if the text is no digest
   */
  public DealId {
    text = Hex.normalized("a deal", text, 32);
  }

  @Override
  public String toString() {
    return text;
  }
}
