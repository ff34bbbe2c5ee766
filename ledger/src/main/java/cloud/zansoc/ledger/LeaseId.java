package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;

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

  /** The lease of this digest. */
  public static LeaseId of(Digest digest) {
    return new LeaseId(Hex.text(digest.toBytes()));
  }

  /** Its digest. */
  public Digest digest() {
    return Digest.of(Hex.bytes(text));
  }

  @Override
  public String toString() {
    return text;
  }
}
