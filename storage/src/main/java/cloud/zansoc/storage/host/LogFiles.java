package cloud.zansoc.storage.host;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The log's files and their lengths. Thread-safe. */
final class LogFiles {
  private final TreeMap<Integer, Long> sizes;
  private int lastNumber;
  private long totalBytes;

  /**
   * @param lastNumber the highest number ever given; numbers begin at 1
   */
  LogFiles(Map<Integer, Long> sizes, int lastNumber) {
    this.sizes = new TreeMap<>(sizes);
    this.lastNumber = lastNumber;
    this.totalBytes = sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The number for a new file; stays the same until {@link #begin}. */
  synchronized int nextNumber() {
    return Math.addExact(lastNumber, 1);
  }

  synchronized void begin(int number, long bytes) {
    lastNumber = number;
    grow(number, bytes);
  }

  synchronized void grow(int number, long bytes) {
    totalBytes += bytes - size(number);
    sizes.put(number, bytes);
  }

  synchronized void remove(int number) {
    totalBytes -= size(number);
    sizes.remove(number);
  }

  synchronized long size(int number) {
    return sizes.getOrDefault(number, 0L);
  }

  synchronized long totalBytes() {
    return totalBytes;
  }

  synchronized boolean isOldest(int number) {
    return !sizes.isEmpty() && sizes.firstKey() == number;
  }

  /** All files, oldest first. */
  synchronized List<Integer> all() {
    return List.copyOf(sizes.keySet());
  }

  /** All files but the one that is written now, oldest first. */
  synchronized List<Integer> closed() {
    return sizes.keySet().stream().filter(number -> number != lastNumber).toList();
  }
}
