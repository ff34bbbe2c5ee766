package cloud.zansoc.storage.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbered records of one size outside the heap, which grow in chunks and never move. A freed
 * number is given again. Not thread-safe.
 */
final class OffHeapRecords {
  /** Records in one chunk, a power of two. */
  static final int CHUNK_RECORDS = 1 << 13;

  private static final int NONE = -1;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final Arena arena;
  private final int recordBytes;
  private final List<MemorySegment> chunks = new ArrayList<>();
  private int end;
  private int firstFree = NONE;

  /**
   * @param recordBytes at least 4
   */
  OffHeapRecords(Arena arena, int recordBytes) {
    this.arena = arena;
    this.recordBytes = recordBytes;
  }

  /** A record of unknown content. */
  int allocate() {
    if (firstFree != NONE) {
      int number = firstFree;
      firstFree = getInt(number, 0);
      return number;
    }
    if (end == chunks.size() * CHUNK_RECORDS) {
      chunks.add(arena.allocate((long) CHUNK_RECORDS * recordBytes));
    }
    return end++;
  }

  void free(int number) {
    setInt(number, 0, firstFree);
    firstFree = number;
  }

  int getInt(int number, int field) {
    return chunk(number).get(INT, at(number, field));
  }

  void setInt(int number, int field, int value) {
    chunk(number).set(INT, at(number, field), value);
  }

  long getLong(int number, int field) {
    return chunk(number).get(LONG, at(number, field));
  }

  void setLong(int number, int field, long value) {
    chunk(number).set(LONG, at(number, field), value);
  }

  private MemorySegment chunk(int number) {
    return chunks.get(number / CHUNK_RECORDS);
  }

  private long at(int number, int field) {
    return (long) (number & (CHUNK_RECORDS - 1)) * recordBytes + field;
  }
}
