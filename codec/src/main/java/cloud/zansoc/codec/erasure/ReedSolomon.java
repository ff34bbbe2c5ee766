package cloud.zansoc.codec.erasure;

import cloud.zansoc.base.Limits;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A systematic Reed–Solomon code over GF(2^8): any k of the n blocks of a stripe restore the rest.
 *
 * <p>The generator is the identity over a Cauchy matrix: parity position p (k to n-1) is the sum
 * over the data positions j of block j divided by p XOR j. Every square part of a Cauchy matrix is
 * invertible, therefore any k rows of the generator are (Blömer, Kalfane, Karp, Karpinski, Luby,
 * Zuckerman: An XOR-Based Erasure-Resilient Coding Scheme, ICSI TR-95-048, 1995).
 * docs/format/erasure-code.md specifies it.
 *
 * <p>A stripe is one array, in which block p, of {@code blockBytes} bytes, begins at {@code p *
 * blockBytes}. Thread-safe; different stripes may be worked on at the same time.
 */
public final class ReedSolomon {
  private final int k;
  private final int n;
  private final Kernel kernel;
  private final Combination encoding;

  /** The last reconstruction: a reader of many stripes misses the same hosts in each of them. */
  private volatile @Nullable Combination lastReconstruction;

  /** The code with {@code k} data blocks of {@code n} in all, where 1 &lt;= k &lt;= n &lt;= 255. */
  public ReedSolomon(int k, int n) {
    this(k, n, Kernel.best());
  }

  ReedSolomon(int k, int n, Kernel kernel) {
    if (k < 1 || n < k || n > Limits.MAX_STRIPE_BLOCKS) {
      throw new IllegalArgumentException("a code needs 1 <= k <= n <= 255: " + k + " of " + n);
    }
    this.k = k;
    this.n = n;
    this.kernel = kernel;
    BitSet data = new BitSet();
    data.set(0, k);
    BitSet parity = new BitSet();
    parity.set(k, n);
    this.encoding = combination(data, parity);
  }

  /** Data blocks of a stripe. */
  public int k() {
    return k;
  }

  /** All blocks of a stripe. */
  public int n() {
    return n;
  }

  /**
   * Overwrites the parity blocks (positions k to n-1) with what follows from the data blocks.
   *
   * @param stripe at least {@code n * blockBytes} bytes
   * @param blockBytes at least 1
   */
  public void encode(byte[] stripe, int blockBytes) {
    checkSize(stripe, blockBytes);
    encoding.apply(stripe, blockBytes);
  }

  /**
   * Overwrites the blocks at {@code wanted}, data or parity, with what follows from the first k
   * blocks of {@code present}. A wanted block that is present is left as it is.
   *
   * @param stripe at least {@code n * blockBytes} bytes
   * @param blockBytes at least 1
   * @param present positions whose blocks are known to be right, at least k
   * @param wanted positions to restore
   */
  public void reconstruct(byte[] stripe, int blockBytes, BitSet present, BitSet wanted) {
    checkSize(stripe, blockBytes);
    if (present.cardinality() < k || present.length() > n || wanted.length() > n) {
      throw new IllegalArgumentException(
          "%d blocks present of the %d needed, positions below %d; wanted below %d, of %d"
              .formatted(present.cardinality(), k, present.length(), wanted.length(), n));
    }
    BitSet sources = new BitSet();
    for (int position = -1, found = 0; found < k; found++) {
      position = present.nextSetBit(position + 1);
      sources.set(position);
    }
    BitSet targets = (BitSet) wanted.clone();
    targets.andNot(present);
    Combination last = lastReconstruction;
    if (last == null || !last.sources.equals(sources) || !last.targets.equals(targets)) {
      last = combination(sources, targets);
      lastReconstruction = last;
    }
    last.apply(stripe, blockBytes);
  }

  /** The generator's rows for {@code positions}: how each of those blocks follows from the data. */
  static Matrix generator(int k, BitSet positions) {
    Matrix rows = new Matrix(positions.cardinality(), k);
    int row = 0;
    for (int position = positions.nextSetBit(0);
        position >= 0;
        position = positions.nextSetBit(position + 1)) {
      for (int column = 0; column < k; column++) {
        rows.set(row, column, coefficient(k, position, column));
      }
      row++;
    }
    return rows;
  }

  private static int coefficient(int k, int position, int column) {
    if (position < k) {
      return position == column ? 1 : 0;
    }
    return GaloisField.inverse(position ^ column);
  }

  /** How the blocks at {@code targets} follow from the k blocks at {@code sources}. */
  private Combination combination(BitSet sources, BitSet targets) {
    Matrix matrix = generator(k, targets);
    if (sources.nextClearBit(0) < k) {
      matrix = matrix.times(generator(k, sources).inverse());
    }
    return new Combination(sources, targets, kernel.prepare(matrix));
  }

  private void checkSize(byte[] stripe, int blockBytes) {
    if (blockBytes < 1 || stripe.length < (long) n * blockBytes) {
      throw new IllegalArgumentException(
          "a stripe of %d blocks of %d bytes in an array of %d"
              .formatted(n, blockBytes, stripe.length));
    }
  }

  /** A product together with the positions that it reads and writes. */
  private record Combination(BitSet sources, BitSet targets, Kernel.Product product) {
    void apply(byte[] stripe, int blockBytes) {
      if (!targets.isEmpty()) {
        product.apply(
            stripe, offsets(sources, blockBytes), offsets(targets, blockBytes), blockBytes);
      }
    }

    private static int[] offsets(BitSet positions, int blockBytes) {
      int[] offsets = new int[positions.cardinality()];
      int position = -1;
      for (int i = 0; i < offsets.length; i++) {
        position = positions.nextSetBit(position + 1);
        offsets[i] = position * blockBytes;
      }
      return offsets;
    }
  }
}
