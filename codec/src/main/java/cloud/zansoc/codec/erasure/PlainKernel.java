package cloud.zansoc.codec.erasure;

/**
 * The kernel for any JVM. Eight rows of the matrix are computed at once: for each source there is a
 * table of 256 longs whose eight bytes are the products with the eight rows' coefficients, so that
 * one look-up and one XOR serve eight targets.
 */
final class PlainKernel implements Kernel {
  /** Targets that one look-up serves. */
  static final int LANES = Long.BYTES;

  /** Bytes of each block that are worked on together, so that the sums stay in the L1 cache. */
  private static final int STRIP_BYTES = 1024;

  @Override
  public Product prepare(Matrix matrix) {
    int groups = (matrix.rows() + LANES - 1) / LANES;
    long[][][] tables = new long[groups][matrix.columns()][];
    for (int group = 0; group < groups; group++) {
      for (int source = 0; source < matrix.columns(); source++) {
        tables[group][source] = table(matrix, group * LANES, source);
      }
    }
    return new TableProduct(tables);
  }

  @Override
  public String name() {
    return "plain";
  }

  private static long[] table(Matrix matrix, int firstRow, int source) {
    long[] table = new long[GaloisField.SIZE];
    int rows = Math.min(LANES, matrix.rows() - firstRow);
    for (int element = 0; element < GaloisField.SIZE; element++) {
      long products = 0;
      for (int lane = 0; lane < rows; lane++) {
        int coefficient = matrix.get(firstRow + lane, source);
        products |= (long) GaloisField.multiply(coefficient, element) << (8 * lane);
      }
      table[element] = products;
    }
    return table;
  }

  /** {@code tables[group][source][element]}: eight rows make a group. */
  private record TableProduct(long[][][] tables) implements Product {
    @Override
    public void apply(byte[] array, int[] sources, int[] targets, int length) {
      long[] sums = new long[Math.min(length, STRIP_BYTES)];
      for (int at = 0; at < length; at += STRIP_BYTES) {
        int count = Math.min(STRIP_BYTES, length - at);
        for (int group = 0; group < tables.length; group++) {
          set(sums, tables[group][0], array, sources[0] + at, count);
          for (int source = 1; source < sources.length; source++) {
            add(sums, tables[group][source], array, sources[source] + at, count);
          }
          int firstTarget = group * LANES;
          int lanes = Math.min(LANES, targets.length - firstTarget);
          for (int lane = 0; lane < lanes; lane++) {
            store(sums, 8 * lane, array, targets[firstTarget + lane] + at, count);
          }
        }
      }
    }

    private static void set(long[] sums, long[] table, byte[] array, int from, int count) {
      for (int i = 0; i < count; i++) {
        sums[i] = table[array[from + i] & 0xff];
      }
    }

    private static void add(long[] sums, long[] table, byte[] array, int from, int count) {
      for (int i = 0; i < count; i++) {
        sums[i] ^= table[array[from + i] & 0xff];
      }
    }

    private static void store(long[] sums, int shift, byte[] array, int to, int count) {
      for (int i = 0; i < count; i++) {
        array[to + i] = (byte) (sums[i] >>> shift);
      }
    }
  }
}
