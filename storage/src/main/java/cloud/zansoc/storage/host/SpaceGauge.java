package cloud.zansoc.storage.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Decides whether a record may be written: bytes are reserved before they are written. Puts leave
 * room for one log file above the reserve, so that compaction can always move blocks. Thread-safe.
 */
final class SpaceGauge {
  private final Disk disk;
  private final long reserveBytes;
  private final long headroomBytes;
  private final LogFiles files;
  private long capacityBytes;
  private long reservedBytes;

  SpaceGauge(Disk disk, LogFiles files, BlockStoreSettings settings) {
    this.disk = disk;
    this.files = files;
    this.reserveBytes = settings.reserve().bytes();
    this.headroomBytes = settings.fileBytes().bytes();
    this.capacityBytes = settings.capacity().bytes();
  }

  /**
   * Reserves {@code bytes} for a put.
   *
   * @throws ZansocException NO_SPACE
   */
  void reserveForPut(long bytes) {
    long usable = usableBytes();
    synchronized (this) {
      if (files.totalBytes() + reservedBytes + bytes > capacityBytes) {
        throw new ZansocException(
            ErrorCode.NO_SPACE,
            "this host has stored all of the %s that it lends; choose another host"
                .formatted(new ByteSize(capacityBytes)));
      }
      requireReserve(usable, bytes, reserveBytes + headroomBytes);
      reservedBytes += bytes;
    }
  }

  /**
   * Reserves {@code bytes} for moving a block, which may take more than the capacity for a while.
   *
   * @throws ZansocException NO_SPACE
   */
  void reserveForCopy(long bytes) {
    long usable = usableBytes();
    synchronized (this) {
      requireReserve(usable, bytes, reserveBytes);
      reservedBytes += bytes;
    }
  }

  /** Gives a reservation back, when the bytes are in the log or will not be. */
  synchronized void release(long bytes) {
    reservedBytes -= bytes;
  }

  synchronized void setCapacity(ByteSize capacity) {
    capacityBytes = capacity.bytes();
  }

  /** What puts may still take. */
  long freeBytes() {
    long usable = usableBytes();
    synchronized (this) {
      long ofDisk = usable - reserveBytes - headroomBytes;
      return Math.max(0, Math.min(capacityBytes - files.totalBytes(), ofDisk) - reservedBytes);
    }
  }

  private void requireReserve(long usable, long bytes, long keep) {
    if (usable - reservedBytes - bytes < keep) {
      throw new ZansocException(
          ErrorCode.NO_SPACE,
          "this host's disk has %s free, of which %s are kept free; free some space there, or choose another host"
              .formatted(new ByteSize(usable), new ByteSize(keep)));
    }
  }

  private long usableBytes() {
    try {
      return disk.usableBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("asking for the free space of the block store's disk", e);
    }
  }
}
