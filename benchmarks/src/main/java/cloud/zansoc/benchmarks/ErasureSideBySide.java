package cloud.zansoc.benchmarks;

import cloud.zansoc.base.Limits;
import cloud.zansoc.codec.erasure.ReedSolomon;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/**
 * Encoding and decoding of 256 KiB blocks beside Intel's ISA-L, on one thread, in turns. Decoding
 * restores as many data blocks as there is parity for. Fails if the two give different bytes.
 */
public final class ErasureSideBySide {
  private static final double TARGET = 0.7;
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration MEASURED = Duration.ofSeconds(1);
  private static final int[][] CODES = {{10, 30}, {20, 40}, {32, 80}};

  private ErasureSideBySide() {}

  /** Prints a line for each code and direction; needs no arguments. */
  public static void main(String[] arguments) throws Throwable {
    System.out.printf("%-8s %-7s %12s %12s %7s%n", "code", "", "ours GB/s", "ISA-L GB/s", "ratio");
    for (int[] code : CODES) {
      try (Arena arena = Arena.ofConfined()) {
        compare(new ReedSolomon(code[0], code[1]), arena);
      }
    }
  }

  private static void compare(ReedSolomon code, Arena arena) throws Throwable {
    IsaCode isa;
    try {
      isa = new IsaCode(code.k(), code.n(), Limits.BLOCK_BYTES, arena);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "ISA-L is not installed, so there is nothing to compare with: apt-get install libisal2",
          e);
    }
    byte[] stripe = new byte[code.n() * Limits.BLOCK_BYTES];
    new Random(1).nextBytes(stripe);
    MemorySegment.copy(stripe, 0, isa.stripe(), ValueLayout.JAVA_BYTE, 0, stripe.length);
    report(code, "encode", () -> code.encode(stripe, Limits.BLOCK_BYTES), isa.encoder());
    requireSame(stripe, isa);

    BitSet missing = new BitSet();
    missing.set(0, Math.min(code.k(), code.n() - code.k()));
    BitSet present = new BitSet();
    present.set(0, code.n());
    present.andNot(missing);
    report(
        code,
        "decode",
        () -> code.reconstruct(stripe, Limits.BLOCK_BYTES, present, missing),
        isa.decoder(missing));
    requireSame(stripe, isa);
  }

  private static void report(
      ReedSolomon code, String action, Stopwatch.Contender ours, Stopwatch.Contender isa)
      throws Throwable {
    double[] nanos = Stopwatch.nanos(WARM_UP, MEASURED, List.of(ours, isa));
    double bytes = (double) code.k() * Limits.BLOCK_BYTES;
    double ratio = nanos[1] / nanos[0];
    System.out.printf(
        "%-8s %-7s %12.2f %12.2f %7.2f %s%n",
        code.k() + "+" + (code.n() - code.k()),
        action,
        bytes / nanos[0],
        bytes / nanos[1],
        ratio,
        ratio >= TARGET ? "ok" : "below " + TARGET);
  }

  private static void requireSame(byte[] stripe, IsaCode isa) {
    if (MemorySegment.ofArray(stripe).mismatch(isa.stripe()) >= 0) {
      throw new IllegalStateException("ISA-L and Zansoc gave different bytes");
    }
  }
}
