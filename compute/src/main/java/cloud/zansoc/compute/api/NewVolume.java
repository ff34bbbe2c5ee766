package cloud.zansoc.compute.api;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.DnsLabel;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;

/**
 * A volume to be made.
 *
 * @param size what its file system may take; rounded up to whole mebibytes
 */
public record NewVolume(String name, ByteSize size) {
  /** Less has no room for a file system with a journal. */
  public static final ByteSize SMALLEST = ByteSize.ofMebibytes(16);

  /** What one table of blocks in a host's memory may describe. */
  public static final ByteSize LARGEST = ByteSize.ofGibibytes(1024);

  private static final long MEBIBYTE = 1 << 20;

  public NewVolume {
    DnsLabel.check("a volume", name);
    if (size.compareTo(SMALLEST) < 0 || size.compareTo(LARGEST) > 0) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "a volume has %s to %s, not %s".formatted(SMALLEST, LARGEST, size));
    }
    size = ByteSize.ofMebibytes((size.bytes() + MEBIBYTE - 1) / MEBIBYTE);
  }
}
