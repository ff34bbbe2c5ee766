package cloud.zansoc.codec.erasure;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel for JVMs that have the Vector API. The product of a byte with a coefficient is the XOR
 * of two look-ups in tables of sixteen bytes, one for each half of the byte, which one instruction
 * does for all lanes of a vector (Plank, Greenan, Miller: Screaming Fast Galois Field Arithmetic
 * Using Intel SIMD Instructions, FAST 2013).
 *
 * <p>Four targets are summed at once in registers, over two vectors, so that a source that was
 * loaded and split serves four targets, and a table that was loaded serves two vectors. Blocks lie
 * a power of two apart, which would put all of them in the same few lines of the caches: therefore
 * a strip of every source is gathered in a small array first.
 */
final class VectorKernel implements Kernel {
  private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Selects the low half of a byte. */
  private static final byte HALF = 15;

  /** Targets that are summed at once. */
  private static final int ROWS = 4;

  /** Bytes of tables for one source and {@link #ROWS} targets. */
  private static final int CELL_BYTES = 2 * ROWS * LANES;

  /** Bytes of each block that are worked on together: a multiple of two vectors of any size. */
  private static final int STRIP_BYTES = 1024;

  /** Where the rows lie that are not written to their targets at once. */
  private static final int[] SCRATCH_ROWS = {0, STRIP_BYTES, 2 * STRIP_BYTES, 3 * STRIP_BYTES};

  @Override
  public Product prepare(Matrix matrix) {
    int groups = (matrix.rows() + ROWS - 1) / ROWS;
    byte[] tables = new byte[groups * matrix.columns() * CELL_BYTES];
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < matrix.columns(); column++) {
        int cell = (row / ROWS * matrix.columns() + column) * CELL_BYTES;
        writeTables(matrix.get(row, column), tables, cell + 2 * LANES * (row % ROWS));
      }
    }
    return new VectorProduct(tables, groups);
  }

  @Override
  public String name() {
    return "vector of " + SPECIES.vectorBitSize() + " bits";
  }

  /**
   * The products with the low halves of a byte, in every sixteen lanes; then with the high ones.
   */
  private static void writeTables(int coefficient, byte[] tables, int at) {
    for (int lane = 0; lane < LANES; lane++) {
      int half = lane % 16;
      tables[at + lane] = (byte) GaloisField.multiply(coefficient, half);
      tables[at + LANES + lane] = (byte) GaloisField.multiply(coefficient, half << 4);
    }
  }

  /** {@code tables}: group by group of four targets, source by source, a cell of eight tables. */
  private record VectorProduct(byte[] tables, int groups) implements Product {
    @Override
    public void apply(byte[] array, int[] sources, int[] targets, int length) {
      byte[] gathered = new byte[sources.length * STRIP_BYTES];
      byte[] scratch = new byte[ROWS * STRIP_BYTES];
      for (int at = 0; at < length; at += STRIP_BYTES) {
        int count = Math.min(STRIP_BYTES, length - at);
        for (int source = 0; source < sources.length; source++) {
          System.arraycopy(array, sources[source] + at, gathered, source * STRIP_BYTES, count);
        }
        for (int group = 0; group < groups; group++) {
          int row = group * ROWS;
          int rows = Math.min(ROWS, targets.length - row);
          if (count == STRIP_BYTES && rows == ROWS) {
            sumStrip(group, gathered, count, array, targets, row, at);
          } else {
            if (rows > 2) {
              sumStrip(group, gathered, count, scratch, SCRATCH_ROWS, 0, 0);
            } else {
              sumPair(group, gathered, count, scratch);
            }
            for (int i = 0; i < rows; i++) {
              System.arraycopy(scratch, SCRATCH_ROWS[i], array, targets[row + i] + at, count);
            }
          }
        }
      }
    }

    /**
     * Sums {@code count} bytes, rounded up to two vectors, of the targets of {@code group}.
     *
     * @param gathered a strip of each source
     * @param out where the four sums are written, from {@code rows[row] + at} on and following
     */
    private void sumStrip(
        int group, byte[] gathered, int count, byte[] out, int[] rows, int row, int at) {
      int firstTable = group * (gathered.length / STRIP_BYTES) * CELL_BYTES;
      int row0 = rows[row] + at;
      int row1 = rows[row + 1] + at;
      int row2 = rows[row + 2] + at;
      int row3 = rows[row + 3] + at;
      for (int i = 0; i < count; i += 2 * LANES) {
        ByteVector a0 = ByteVector.zero(SPECIES);
        ByteVector a1 = a0;
        ByteVector a2 = a0;
        ByteVector a3 = a0;
        ByteVector b0 = a0;
        ByteVector b1 = a0;
        ByteVector b2 = a0;
        ByteVector b3 = a0;
        int table = firstTable;
        for (int from = i; from < gathered.length; from += STRIP_BYTES) {
          ByteVector a = ByteVector.fromArray(SPECIES, gathered, from);
          ByteVector b = ByteVector.fromArray(SPECIES, gathered, from + LANES);
          ByteVector aLow = a.and(HALF);
          ByteVector bLow = b.and(HALF);
          ByteVector aHigh = high(a);
          ByteVector bHigh = high(b);
          ByteVector low0 = ByteVector.fromArray(SPECIES, tables, table);
          ByteVector high0 = ByteVector.fromArray(SPECIES, tables, table + LANES);
          a0 = plus(a0, aLow, aHigh, low0, high0);
          b0 = plus(b0, bLow, bHigh, low0, high0);
          ByteVector low1 = ByteVector.fromArray(SPECIES, tables, table + 2 * LANES);
          ByteVector high1 = ByteVector.fromArray(SPECIES, tables, table + 3 * LANES);
          a1 = plus(a1, aLow, aHigh, low1, high1);
          b1 = plus(b1, bLow, bHigh, low1, high1);
          ByteVector low2 = ByteVector.fromArray(SPECIES, tables, table + 4 * LANES);
          ByteVector high2 = ByteVector.fromArray(SPECIES, tables, table + 5 * LANES);
          a2 = plus(a2, aLow, aHigh, low2, high2);
          b2 = plus(b2, bLow, bHigh, low2, high2);
          ByteVector low3 = ByteVector.fromArray(SPECIES, tables, table + 6 * LANES);
          ByteVector high3 = ByteVector.fromArray(SPECIES, tables, table + 7 * LANES);
          a3 = plus(a3, aLow, aHigh, low3, high3);
          b3 = plus(b3, bLow, bHigh, low3, high3);
          table += CELL_BYTES;
        }
        a0.intoArray(out, row0 + i);
        b0.intoArray(out, row0 + i + LANES);
        a1.intoArray(out, row1 + i);
        b1.intoArray(out, row1 + i + LANES);
        a2.intoArray(out, row2 + i);
        b2.intoArray(out, row2 + i + LANES);
        a3.intoArray(out, row3 + i);
        b3.intoArray(out, row3 + i + LANES);
      }
    }

    /** Sums the first two targets of {@code group}, which has no more, into the scratch rows. */
    private void sumPair(int group, byte[] gathered, int count, byte[] scratch) {
      int firstTable = group * (gathered.length / STRIP_BYTES) * CELL_BYTES;
      for (int i = 0; i < count; i += 2 * LANES) {
        ByteVector a0 = ByteVector.zero(SPECIES);
        ByteVector a1 = a0;
        ByteVector b0 = a0;
        ByteVector b1 = a0;
        int table = firstTable;
        for (int from = i; from < gathered.length; from += STRIP_BYTES) {
          ByteVector a = ByteVector.fromArray(SPECIES, gathered, from);
          ByteVector b = ByteVector.fromArray(SPECIES, gathered, from + LANES);
          ByteVector aLow = a.and(HALF);
          ByteVector bLow = b.and(HALF);
          ByteVector aHigh = high(a);
          ByteVector bHigh = high(b);
          ByteVector low0 = ByteVector.fromArray(SPECIES, tables, table);
          ByteVector high0 = ByteVector.fromArray(SPECIES, tables, table + LANES);
          a0 = plus(a0, aLow, aHigh, low0, high0);
          b0 = plus(b0, bLow, bHigh, low0, high0);
          ByteVector low1 = ByteVector.fromArray(SPECIES, tables, table + 2 * LANES);
          ByteVector high1 = ByteVector.fromArray(SPECIES, tables, table + 3 * LANES);
          a1 = plus(a1, aLow, aHigh, low1, high1);
          b1 = plus(b1, bLow, bHigh, low1, high1);
          table += CELL_BYTES;
        }
        a0.intoArray(scratch, i);
        b0.intoArray(scratch, i + LANES);
        a1.intoArray(scratch, STRIP_BYTES + i);
        b1.intoArray(scratch, STRIP_BYTES + i + LANES);
      }
    }

    /** {@code sum} plus the product of a source with the coefficient of the two tables. */
    private static ByteVector plus(
        ByteVector sum, ByteVector lows, ByteVector highs, ByteVector low, ByteVector high) {
      return sum.lanewise(XOR, lows.selectFrom(low)).lanewise(XOR, highs.selectFrom(high));
    }

    /** The high half of each byte; there is no shift of bytes in hardware. */
    private static ByteVector high(ByteVector bytes) {
      return bytes.reinterpretAsInts().lanewise(LSHR, 4).reinterpretAsBytes().and(HALF);
    }
  }
}
