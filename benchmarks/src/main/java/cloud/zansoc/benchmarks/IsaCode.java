package cloud.zansoc.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;

/**
 * The erasure code of Intel's ISA-L (Debian's libisal2), with the same Cauchy generator as ours, so
 * that both give the same bytes. The stripe lies in native memory, block after block.
 */
@SuppressWarnings("restricted") // Calling a native library is what this class is for.
final class IsaCode {
  private static final String LIBRARY = "libisal.so.2";
  private static final int TABLE_BYTES = 32;

  private final SymbolLookup library;
  private final Arena arena;
  private final int k;
  private final int n;
  private final int blockBytes;
  private final MemorySegment stripe;
  private final MethodHandle encodeData;
  private final MemorySegment generator;

  /**
   * @throws IllegalArgumentException if the library is not installed
   */
  IsaCode(int k, int n, int blockBytes, Arena arena) throws Throwable {
    this.library = SymbolLookup.libraryLookup(LIBRARY, arena);
    this.arena = arena;
    this.k = k;
    this.n = n;
    this.blockBytes = blockBytes;
    this.stripe = arena.allocate((long) n * blockBytes, 4096);
    this.encodeData =
        function(
            "ec_encode_data",
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS);
    this.generator = arena.allocate((long) n * k);
    function(
            "gf_gen_cauchy1_matrix",
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT)
        .invoke(generator, n, k);
  }

  /** The memory of the stripe. */
  MemorySegment stripe() {
    return stripe;
  }

  /** Computes the parity blocks from the data blocks. */
  Stopwatch.Contender encoder() throws Throwable {
    BitSet data = range(0, k);
    return product(generator.asSlice((long) k * k), data, range(k, n));
  }

  /** Computes the data blocks at {@code missing} from the first k other blocks. */
  Stopwatch.Contender decoder(BitSet missing) throws Throwable {
    BitSet sources = range(0, n);
    sources.andNot(missing);
    while (sources.cardinality() > k) {
      sources.clear(sources.length() - 1);
    }
    MemorySegment rows = arena.allocate((long) k * k);
    copyRows(generator, sources, rows);
    MemorySegment inverse = arena.allocate((long) k * k);
    function("gf_invert_matrix", ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT)
        .invoke(rows, inverse, k);
    MemorySegment wanted = arena.allocate((long) missing.cardinality() * k);
    copyRows(inverse, missing, wanted);
    return product(wanted, sources, missing);
  }

  private void copyRows(MemorySegment from, BitSet rows, MemorySegment to) {
    int target = 0;
    for (int row : rows.stream().toArray()) {
      MemorySegment.copy(from, (long) row * k, to, (long) target * k, k);
      target++;
    }
  }

  private Stopwatch.Contender product(MemorySegment matrix, BitSet sources, BitSet targets)
      throws Throwable {
    int rows = targets.cardinality();
    MemorySegment tables = arena.allocate((long) TABLE_BYTES * k * rows, 64);
    function(
            "ec_init_tables",
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS)
        .invoke(k, rows, matrix, tables);
    MemorySegment from = pointers(sources);
    MemorySegment to = pointers(targets);
    return () -> encodeData.invoke(blockBytes, k, rows, tables, from, to);
  }

  private MemorySegment pointers(BitSet positions) {
    MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, positions.cardinality());
    int index = 0;
    for (int position : positions.stream().toArray()) {
      MemorySegment block = stripe.asSlice((long) position * blockBytes, blockBytes);
      pointers.setAtIndex(ValueLayout.ADDRESS, index, block);
      index++;
    }
    return pointers;
  }

  private MethodHandle function(String name, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(library.find(name).orElseThrow(), FunctionDescriptor.ofVoid(arguments));
  }

  private static BitSet range(int from, int to) {
    BitSet positions = new BitSet();
    positions.set(from, to);
    return positions;
  }
}
