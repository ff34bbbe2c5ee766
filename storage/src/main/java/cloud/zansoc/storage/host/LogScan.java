package cloud.zansoc.storage.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Walks the record headers of a log file, and finds its way again behind bytes that are none.
 *
 * @param records in the order of the log
 * @param gaps where no record could be read, in ascending order
 */
record LogScan(List<LogRecord> records, List<Gap> gaps) {
  private static final int HEADER_WINDOW_BYTES = 4 * 1024;
  private static final int SEARCH_WINDOW_BYTES = 64 * 1024;

  /** Bytes that are no record. */
  record Gap(long from, long to) {}

  LogScan {
    records = List.copyOf(records);
    gaps = List.copyOf(gaps);
  }

  /**
   * Scans a file.
   *
   * @param from a record's beginning
   * @param size where the file ends
   */
  static LogScan scan(Disk.File file, LogFile header, long from, long size) throws IOException {
    List<LogRecord> records = new ArrayList<>();
    List<Gap> gaps = new ArrayList<>();
    Window window = new Window(file, header.salt(), size);
    long at = from;
    while (at < size) {
      Optional<LogRecord> record = window.recordAt(at, HEADER_WINDOW_BYTES);
      if (record.isEmpty()) {
        long gap = at;
        do {
          at += LogRecord.ALIGNMENT;
          record = window.recordAt(at, SEARCH_WINDOW_BYTES);
        } while (record.isEmpty() && at < size);
        gaps.add(new Gap(gap, Math.min(at, size)));
      }
      if (record.isPresent()) {
        records.add(record.get());
        at += record.get().diskBytes();
      }
    }
    return new LogScan(records, gaps);
  }

  /** The largest length of the file that some record says was synced; {@code least} at least. */
  long durableBytes(long least) {
    return records.stream().mapToLong(LogRecord::durable).reduce(least, Math::max);
  }

  /** A piece of the file in memory. */
  private static final class Window {
    private final Disk.File file;
    private final long salt;
    private final long size;
    private final ByteBuffer bytes = ByteBuffer.allocate(SEARCH_WINDOW_BYTES).limit(0);
    private long start;

    Window(Disk.File file, long salt, long size) {
      this.file = file;
      this.salt = salt;
      this.size = size;
    }

    /** The record at {@code at}, if there is one that ends within the file. */
    Optional<LogRecord> recordAt(long at, int windowBytes) throws IOException {
      if (at + LogRecord.BYTES > size) {
        return Optional.empty();
      }
      if (at < start || at + LogRecord.BYTES > start + bytes.limit()) {
        bytes.clear().limit(windowBytes);
        file.read(bytes, at);
        bytes.flip();
        start = at;
      }
      bytes.position((int) (at - start));
      return LogRecord.decode(bytes, salt, at).filter(record -> at + record.diskBytes() <= size);
    }
  }
}
