package cloud.zansoc.ledger;

import java.math.BigInteger;

/**
 * A compact signature (EIP-2098).
 *
 * @param r the first word
 * @param vs the second: s, and the parity of y as the highest bit
 */
public record Signature(BigInteger r, BigInteger vs) {
  public Signature {
    if (r.signum() < 0 || r.bitLength() > 256 || vs.signum() < 0 || vs.bitLength() > 256) {
      throw new IllegalArgumentException("a signature has two words of 256 bits");
    }
  }
}
