package cloud.zansoc.storage.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The record headers of one log file, gathered in a file of their own, so that an index is rebuilt
 * without reading through the blocks. It is only a shortcut: where it is missing, damaged or short,
 * the log itself is scanned. docs/format/block-store.md gives the bytes.
 */
final class LogSummary {
  /** The most records of one log file, so that its summary stays small in memory (5 MiB). */
  static final int MAX_RECORDS = 1 << 16;

  private static final int MAGIC = 0x5a425331; // "ZBS1"
  private static final int HEADER_BYTES = 32;
  private static final int FIRST_BYTES = 4 * 1024;

  private final LogFile file;
  private byte[] headers = new byte[FIRST_BYTES];
  private int length;

  LogSummary(LogFile file) {
    this.file = file;
  }

  LogFile file() {
    return file;
  }

  int records() {
    return length / LogRecord.BYTES;
  }

  void add(LogRecord record) {
    if (length + LogRecord.BYTES > headers.length) {
      headers = Arrays.copyOf(headers, headers.length * 2);
    }
    record.encode(file.salt(), ByteBuffer.wrap(headers, length, LogRecord.BYTES));
    length += LogRecord.BYTES;
  }

  /** All records, in the order of the log. */
  List<LogRecord> list() {
    List<LogRecord> records = new ArrayList<>(records());
    ByteBuffer from = ByteBuffer.wrap(headers, 0, length);
    while (from.hasRemaining()) {
      long offset = from.getLong(from.position() + 16);
      records.add(
          LogRecord.decode(from, file.salt(), offset)
              .orElseThrow(() -> new IllegalStateException("a summary changed in memory")));
    }
    return records;
  }

  /**
   * Writes and syncs the summary; its name becomes durable with the next sync of the folder.
   *
   * @param covered the length of the log file that the records fill
   */
  void write(Disk disk, long covered) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + length);
    bytes.putInt(MAGIC).putInt(0).putInt(file.number()).putInt(records());
    bytes.putLong(file.salt()).putLong(covered).put(headers, 0, length).flip();
    bytes.putInt(4, checksum(bytes));
    try (Disk.File to = disk.create(LogFile.summaryName(file.number()))) {
      to.write(bytes, 0);
      to.sync();
    }
  }

  /** A summary that was read, and the length of the log file that it covers. */
  record Loaded(LogSummary summary, long covered) {}

  /** Reads the summary of the log file with this number; nothing if there is no whole one. */
  static Optional<Loaded> read(Disk disk, int number) throws IOException {
    try (Disk.File from = disk.open(LogFile.summaryName(number))) {
      long size = from.size();
      if (size < HEADER_BYTES || size > HEADER_BYTES + (long) MAX_RECORDS * 2 * LogRecord.BYTES) {
        return Optional.empty();
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      from.read(bytes, 0);
      bytes.flip();
      return decode(bytes, number);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private static Optional<Loaded> decode(ByteBuffer bytes, int number) {
    int records = bytes.getInt(12);
    if (bytes.getInt(0) != MAGIC
        || bytes.getInt(4) != checksum(bytes)
        || bytes.getInt(8) != number
        || bytes.limit() != HEADER_BYTES + (long) records * LogRecord.BYTES) {
      return Optional.empty();
    }
    LogSummary summary = new LogSummary(new LogFile(number, bytes.getLong(16)));
    summary.length = records * LogRecord.BYTES;
    summary.headers = new byte[Math.max(FIRST_BYTES, summary.length)];
    bytes.get(HEADER_BYTES, summary.headers, 0, summary.length);
    return Optional.of(new Loaded(summary, bytes.getLong(24)));
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(8, bytes.limit() - 8));
    return (int) crc.getValue();
  }
}
