package cloud.zansoc.ledger;

/** The digest of the offer that its host signed, as 0x and 64 lower-case digits. */
public record LeaseId(String text) {
  /**
   * Takes any case of letters.
   *
   * @throws IllegalArgumentException if the text is no digest
   */
  public LeaseId {
    text = Hex.normalized("a lease", text, 32);
  }

  @Override
  public String toString() {
    return text;
  }
}
