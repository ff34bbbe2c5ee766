package cloud.zansoc.codec.erasure;

/**
 * A way of multiplying a matrix with blocks: the one operation that encoding and reconstructing
 * consist of. All kernels give the same bytes; they differ in speed and in what they need of the
 * JVM. Thread-safe.
 */
interface Kernel {
  /** Makes the tables for {@code matrix}, which must not change any more. */
  Product prepare(Matrix matrix);

  /** Names the kernel, for benchmarks and logs. */
  String name();

  /** One matrix, made ready. Immutable and thread-safe. */
  interface Product {
    /**
     * Overwrites target t with the sum over all s of {@code matrix[t][s]} times source s, byte by
     * byte.
     *
     * @param array holds all blocks
     * @param sources where the block of each of the matrix's columns begins in {@code array}
     * @param targets where the block of each of the matrix's rows begins; no target overlaps
     *     another block
     * @param length bytes of each block
     */
    void apply(byte[] array, int[] sources, int[] targets, int length);
  }

  /** The fastest kernel that this JVM can run. */
  static Kernel best() {
    return KernelChoice.BEST;
  }
}
