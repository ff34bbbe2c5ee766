package cloud.zansoc.codec.cid;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.math.BigInteger;

/** Reads base58btc, in which CIDs of version 0 are written. */
final class Base58 {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(ALPHABET.length());

  // Decoding takes quadratic time, so that nothing longer than a CID may get in.
  private static final int MAX_CHARACTERS = 128;

  private Base58() {}

  static byte[] decode(String text) {
    if (text.length() > MAX_CHARACTERS) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "base 58 of " + text.length() + " characters is no CID");
    }
    BigInteger value = BigInteger.ZERO;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT, "not a base 58 character at index " + i);
      }
      value = value.multiply(BASE).add(BigInteger.valueOf(digit));
    }
    int zeros = 0;
    while (zeros < text.length() && text.charAt(zeros) == '1') {
      zeros++;
    }
    byte[] magnitude = value.toByteArray();
    int sign = magnitude[0] == 0 ? 1 : 0;
    byte[] bytes = new byte[zeros + magnitude.length - sign];
    System.arraycopy(magnitude, sign, bytes, zeros, magnitude.length - sign);
    return bytes;
  }
}
