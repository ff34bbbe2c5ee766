package cloud.zansoc.storage.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A log file's number and salt: what its header holds. docs/format/block-store.md gives the bytes.
 *
 * @param number files are replayed in the order of their numbers
 * @param salt a random number that enters every record's checksum
 */
record LogFile(int number, long salt) {
  /** Length of the header in bytes. */
  static final int HEADER_BYTES = 32;

  static final String LOG_SUFFIX = ".log";
  static final String SUMMARY_SUFFIX = ".sum";

  private static final int MAGIC = 0x5a424c31; // "ZBL1"
  private static final int NAME_DIGITS = 8;

  /** The name of the log file with this number. */
  static String name(int number) {
    return HexFormat.of().toHexDigits(number) + LOG_SUFFIX;
  }

  /** The name of the file that repeats the record headers of this log file. */
  static String summaryName(int number) {
    return HexFormat.of().toHexDigits(number) + SUMMARY_SUFFIX;
  }

  /** The number in {@code name}, if it is a name with this suffix. */
  static Optional<Integer> number(String name, String suffix) {
    if (name.length() != NAME_DIGITS + suffix.length() || !name.endsWith(suffix)) {
      return Optional.empty();
    }
    try {
      return Optional.of(HexFormat.fromHexDigits(name, 0, NAME_DIGITS));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  String name() {
    return name(number);
  }

  /** The header. */
  ByteBuffer encode() {
    ByteBuffer header =
        ByteBuffer.allocate(HEADER_BYTES).putInt(MAGIC).putInt(0).putInt(number).putInt(0);
    header.putLong(salt).putLong(0).flip();
    return header.putInt(4, checksum(header));
  }

  /** Reads the header of the file with this number; nothing if it is damaged. */
  static Optional<LogFile> read(Disk.File file, int number) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    file.read(header, 0);
    header.flip();
    if (header.remaining() < HEADER_BYTES
        || header.getInt(0) != MAGIC
        || header.getInt(4) != checksum(header)
        || header.getInt(8) != number) {
      return Optional.empty();
    }
    return Optional.of(new LogFile(number, header.getLong(16)));
  }

  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.slice(8, HEADER_BYTES - 8));
    return (int) crc.getValue();
  }
}
