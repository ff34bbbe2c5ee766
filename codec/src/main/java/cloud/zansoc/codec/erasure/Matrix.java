package cloud.zansoc.codec.erasure;

/** A matrix over {@link GaloisField}. Mutable, and owned by whoever made it. */
final class Matrix {
  private final int columns;
  private final byte[][] rows;

  Matrix(int rows, int columns) {
    this.columns = columns;
    this.rows = new byte[rows][columns];
  }

  int rows() {
    return rows.length;
  }

  int columns() {
    return columns;
  }

  /** The element at {@code row} and {@code column}, 0 to 255. */
  int get(int row, int column) {
    return rows[row][column] & 0xff;
  }

  void set(int row, int column, int element) {
    rows[row][column] = (byte) element;
  }

  /** This matrix times {@code right}, whose rows are as many as this one's columns. */
  Matrix times(Matrix right) {
    Matrix product = new Matrix(rows(), right.columns);
    for (int row = 0; row < rows(); row++) {
      for (int column = 0; column < right.columns; column++) {
        int sum = 0;
        for (int i = 0; i < columns; i++) {
          sum ^= GaloisField.multiply(get(row, i), right.get(i, column));
        }
        product.set(row, column, sum);
      }
    }
    return product;
  }

  /**
   * The inverse of this square matrix, by Gauss–Jordan elimination on a copy.
   *
   * @throws ArithmeticException if the matrix is singular
   */
  Matrix inverse() {
    int size = rows();
    Matrix work = new Matrix(size, 2 * size);
    for (int row = 0; row < size; row++) {
      System.arraycopy(rows[row], 0, work.rows[row], 0, size);
      work.set(row, size + row, 1);
    }
    for (int pivot = 0; pivot < size; pivot++) {
      work.bringPivot(pivot);
      work.scale(pivot, GaloisField.inverse(work.get(pivot, pivot)));
      for (int row = 0; row < size; row++) {
        if (row != pivot) {
          work.add(row, pivot, work.get(row, pivot));
        }
      }
    }
    Matrix inverse = new Matrix(size, size);
    for (int row = 0; row < size; row++) {
      System.arraycopy(work.rows[row], size, inverse.rows[row], 0, size);
    }
    return inverse;
  }

  private void bringPivot(int pivot) {
    for (int row = pivot; row < rows(); row++) {
      if (rows[row][pivot] != 0) {
        byte[] found = rows[row];
        rows[row] = rows[pivot];
        rows[pivot] = found;
        return;
      }
    }
    throw new ArithmeticException("the matrix is singular");
  }

  private void scale(int row, int factor) {
    for (int column = 0; column < columns; column++) {
      set(row, column, GaloisField.multiply(get(row, column), factor));
    }
  }

  /** Adds {@code factor} times row {@code from} to row {@code to}. */
  private void add(int to, int from, int factor) {
    for (int column = 0; column < columns; column++) {
      set(to, column, get(to, column) ^ GaloisField.multiply(get(from, column), factor));
    }
  }
}
