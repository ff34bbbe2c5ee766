package cloud.zansoc.codec.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GaloisFieldTest {
  @Test
  void multiply_everyPair_equalsPolynomialsMultipliedBitByBit() {
    for (int a = 0; a < 256; a++) {
      for (int b = 0; b < 256; b++) {
        assertThat(GaloisField.multiply(a, b)).isEqualTo(NaiveField.multiply(a, b));
      }
    }
  }

  @Test
  void inverse_everyElementButZero_multipliesToOne() {
    for (int a = 1; a < 256; a++) {
      assertThat(NaiveField.multiply(a, GaloisField.inverse(a))).isEqualTo(1);
    }
  }

  @Test
  void inverse_ofZero_isRefused() {
    assertThatThrownBy(() -> GaloisField.inverse(0)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void matrixInverse_ofSingularMatrix_isRefused() {
    Matrix matrix = new Matrix(2, 2);
    matrix.set(0, 0, 3);
    matrix.set(1, 0, 5);

    assertThatThrownBy(matrix::inverse).isInstanceOf(ArithmeticException.class);
  }
}
