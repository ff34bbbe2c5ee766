package cloud.zansoc.host.measure;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** How many bytes a second one thread copies between two areas that no cache holds. */
final class MemoryScore {
  private static final long AREA_BYTES = 64L << 20;
  private static final long CHUNK_BYTES = 1L << 20;

  private MemoryScore() {}

  static long copyBytesPerSecond(Duration budget) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocate(AREA_BYTES, 4096).fill((byte) 7);
      MemorySegment to = arena.allocate(AREA_BYTES, 4096).fill((byte) 1);
      long began = System.nanoTime();
      long copied = 0;
      long elapsed = 0;
      while (elapsed < budget.toNanos()) {
        long offset = copied % AREA_BYTES;
        MemorySegment.copy(from, offset, to, offset, CHUNK_BYTES);
        copied += CHUNK_BYTES;
        elapsed = System.nanoTime() - began;
      }
      return Rates.perSecond(copied, elapsed);
    }
  }
}
