package cloud.zansoc.codec.erasure;

import java.util.Arrays;

/** The oracle: polynomials multiplied and reduced bit by bit, and sums written as in the text. */
final class NaiveField {
  private static final byte[][] PRODUCTS = new byte[256][256];

  static {
    for (int a = 0; a < 256; a++) {
      for (int b = 0; b < 256; b++) {
        PRODUCTS[a][b] = (byte) bitByBit(a, b);
      }
    }
  }

  private NaiveField() {}

  static int multiply(int a, int b) {
    return PRODUCTS[a][b] & 0xff;
  }

  private static int bitByBit(int a, int b) {
    int product = 0;
    for (int bit = 0; bit < 8; bit++) {
      if ((b >>> bit & 1) != 0) {
        product ^= a << bit;
      }
    }
    for (int bit = 14; bit >= 8; bit--) {
      if ((product >>> bit & 1) != 0) {
        product ^= 0x11d << (bit - 8);
      }
    }
    return product;
  }

  static int inverse(int a) {
    for (int candidate = 1; candidate < 256; candidate++) {
      if (multiply(a, candidate) == 1) {
        return candidate;
      }
    }
    throw new ArithmeticException("no inverse of " + a);
  }

  /** The whole stripe that belongs to its first {@code k} blocks. */
  static byte[] encode(byte[] stripe, int k, int n, int blockBytes) {
    byte[] encoded = Arrays.copyOf(stripe, n * blockBytes);
    for (int position = k; position < n; position++) {
      for (int data = 0; data < k; data++) {
        int coefficient = inverse(position ^ data);
        for (int i = 0; i < blockBytes; i++) {
          int product = multiply(coefficient, stripe[data * blockBytes + i] & 0xff);
          int at = position * blockBytes + i;
          encoded[at] = (byte) ((data == 0 ? 0 : encoded[at]) ^ product);
        }
      }
    }
    return encoded;
  }
}
