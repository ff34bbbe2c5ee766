package cloud.zansoc.codec.erasure;

/**
 * The field GF(2^8) of polynomials over GF(2) modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11d), in which 2
 * is primitive. Elements are bytes, given and taken as ints from 0 to 255; addition is XOR.
 */
final class GaloisField {
  /** The modulus, part of the format: docs/format/erasure-code.md. */
  static final int POLYNOMIAL = 0x11d;

  /** How many elements the field has. */
  static final int SIZE = 256;

  private static final int[] LOGARITHM = new int[SIZE];
  private static final int[] POWER = new int[2 * SIZE];

  static {
    int element = 1;
    for (int exponent = 0; exponent < SIZE - 1; exponent++) {
      POWER[exponent] = element;
      POWER[exponent + SIZE - 1] = element;
      LOGARITHM[element] = exponent;
      element <<= 1;
      if (element >= SIZE) {
        element ^= POLYNOMIAL;
      }
    }
  }

  private GaloisField() {}

  /** The product of {@code a} and {@code b}. */
  static int multiply(int a, int b) {
    return a == 0 || b == 0 ? 0 : POWER[LOGARITHM[a] + LOGARITHM[b]];
  }

  /** The element whose product with {@code a}, which is not zero, is 1. */
  static int inverse(int a) {
    if (a == 0) {
      throw new ArithmeticException("zero has no inverse");
    }
    return POWER[SIZE - 1 - LOGARITHM[a]];
  }
}
