package cloud.zansoc.storage.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntPredicate;

/**
 * A hash table of record numbers outside the heap: open addressing with linear probing, four bytes
 * a slot, deletion by shifting back (Knuth, volume 3, 6.4, algorithm R). Doubles at a load of two
 * thirds. Not thread-safe.
 */
final class OffHeapHash implements AutoCloseable {
  /** What {@link #find} gives when there is no such record. */
  static final int NONE = -1;

  private static final int FIRST_SLOTS = 1 << 10;
  private static final int MAX_SLOTS = 1 << 30;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private final HashOfRecord hashes;
  private Arena arena;
  private MemorySegment slots;
  private int slotCount = FIRST_SLOTS;
  private int size;

  /** Gives the hash of a record in the table, well mixed in its low bits. */
  interface HashOfRecord {
    int hash(int record);
  }

  OffHeapHash(HashOfRecord hashes) {
    this.hashes = hashes;
    this.arena = Arena.ofShared();
    this.slots = allocate(slotCount);
  }

  private MemorySegment allocate(int count) {
    return arena.allocate((long) count * Integer.BYTES, Integer.BYTES);
  }

  /** The first record with this hash for which {@code matches} holds. */
  int find(int hash, IntPredicate matches) {
    int slot = hash & (slotCount - 1);
    for (int record = get(slot); record != NONE; record = get(slot)) {
      if (matches.test(record)) {
        return record;
      }
      slot = next(slot);
    }
    return NONE;
  }

  /** Adds a record whose hash is {@code hash}. */
  void add(int hash, int record) {
    if (size >= slotCount / 3 * 2) {
      grow();
    }
    place(hash, record);
    size++;
  }

  /** Removes a record that is in the table and whose hash is {@code hash}. */
  void remove(int hash, int record) {
    int hole = hash & (slotCount - 1);
    while (get(hole) != record) {
      hole = next(hole);
    }
    int slot = next(hole);
    for (int moved = get(slot); moved != NONE; moved = get(slot)) {
      int home = hashes.hash(moved) & (slotCount - 1);
      boolean mayMove = ((slot - home) & (slotCount - 1)) >= ((slot - hole) & (slotCount - 1));
      if (mayMove) {
        set(hole, moved);
        hole = slot;
      }
      slot = next(slot);
    }
    set(hole, NONE);
    size--;
  }

  private void grow() {
    if (slotCount == MAX_SLOTS) {
      throw new IllegalStateException("the index is at its limit of " + size + " entries");
    }
    MemorySegment old = slots;
    int oldCount = slotCount;
    try (Arena _ = arena) {
      arena = Arena.ofShared();
      slotCount = oldCount * 2;
      slots = allocate(slotCount);
      for (int slot = 0; slot < oldCount; slot++) {
        int record = old.getAtIndex(INT, slot) - 1;
        if (record != NONE) {
          place(hashes.hash(record), record);
        }
      }
    }
  }

  private void place(int hash, int record) {
    int slot = hash & (slotCount - 1);
    while (get(slot) != NONE) {
      slot = next(slot);
    }
    set(slot, record);
  }

  private int next(int slot) {
    return (slot + 1) & (slotCount - 1);
  }

  /** Slots hold the record's number plus one, so that fresh memory is empty. */
  private int get(int slot) {
    return slots.getAtIndex(INT, slot) - 1;
  }

  private void set(int slot, int record) {
    slots.setAtIndex(INT, slot, record + 1);
  }

  @Override
  public void close() {
    arena.close();
  }
}
