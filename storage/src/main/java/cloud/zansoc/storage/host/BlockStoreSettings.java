package cloud.zansoc.storage.host;

import cloud.zansoc.base.ByteSize;

/**
 * What the owner of the machine allows the store.
 *
 * @param capacity the most that log files may take; compaction may take one file more for a while
 * @param reserve what must stay free on the disk for everybody else
 * @param fileBytes a log file is closed once it is this long
 * @param compactionBytesPerSecond how fast live blocks are moved out of files with much garbage
 * @param scrubBytesPerSecond how fast all blocks are re-read to find damage early, at the most: a
 *     round of a fortnight is enough; 0 is never
 */
public record BlockStoreSettings(
    ByteSize capacity,
    ByteSize reserve,
    ByteSize fileBytes,
    ByteSize compactionBytesPerSecond,
    ByteSize scrubBytesPerSecond) {
  /** The shortest log file. */
  public static final ByteSize MIN_FILE_BYTES = ByteSize.ofKibibytes(4);

  /** The usual log file; a store of less than 4 GiB has shorter ones. */
  public static final ByteSize DEFAULT_FILE_BYTES = ByteSize.ofMebibytes(256);

  /** The longest log file: locations have 32 bits for the offset in steps of 8 bytes. */
  public static final ByteSize MAX_FILE_BYTES = ByteSize.ofGibibytes(16);

  public BlockStoreSettings {
    if (fileBytes.compareTo(MIN_FILE_BYTES) < 0 || fileBytes.compareTo(MAX_FILE_BYTES) > 0) {
      throw new IllegalArgumentException(
          "a log file has %s to %s, not %s".formatted(MIN_FILE_BYTES, MAX_FILE_BYTES, fileBytes));
    }
    if (compactionBytesPerSecond.bytes() == 0) {
      throw new IllegalArgumentException("compaction needs a rate above 0");
    }
  }

  /** The defaults for a host that lends {@code capacity} of a disk of {@code diskBytes} in all. */
  public static BlockStoreSettings of(ByteSize capacity, ByteSize diskBytes) {
    long reserve = Math.max(1L << 30, diskBytes.bytes() / 100);
    long fileBytes = Math.clamp(capacity.bytes() / 16, 4L << 20, DEFAULT_FILE_BYTES.bytes());
    return new BlockStoreSettings(
        capacity,
        new ByteSize(reserve),
        new ByteSize(fileBytes),
        ByteSize.ofMebibytes(32),
        ByteSize.ofMebibytes(4));
  }
}
