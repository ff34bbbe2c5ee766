package cloud.zansoc.ledger;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * A compact signature (EIP-2098).
 *
 * @param r the first word
 * @param vs the second: s, and the parity of y as the highest bit
 */
public record Signature(BigInteger r, BigInteger vs) {
  private static final int WORD = 32;

  public Signature {
    if (r.signum() < 0 || r.bitLength() > 256 || vs.signum() < 0 || vs.bitLength() > 256) {
      throw new IllegalArgumentException("a signature has two words of 256 bits");
    }
  }

  /** Both words as 0x and 128 digits. */
  public String text() {
    return "0x%064x%064x".formatted(r, vs);
  }

  /**
   * Reads what {@link #text} writes.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static Signature parse(String text) {
    byte[] bytes = Hex.bytes(Hex.normalized("a signature", text, 2 * WORD));
    return new Signature(
        new BigInteger(1, Arrays.copyOf(bytes, WORD)),
        new BigInteger(1, Arrays.copyOfRange(bytes, WORD, 2 * WORD)));
  }
}
