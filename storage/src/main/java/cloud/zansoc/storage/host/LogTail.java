package cloud.zansoc.storage.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the log: writes and syncs batches, and begins a new file when one is full. Used by one
 * thread; only {@link #failure} may be asked by others.
 *
 * <p>After a failed sync nothing is known of what is on the disk, so nothing more is written: the
 * log is read-only until the store is opened again, which re-writes and re-syncs the doubtful end.
 */
final class LogTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
  private static final int STAGING_BYTES = 1 << 20;

  private final Disk disk;
  private final LogFiles files;
  private final long fileBytes;
  private final RandomGenerator random;
  private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING_BYTES);
  private List<LogRecord> lastWritten = List.of();
  private Disk.@Nullable File file;
  private @Nullable LogSummary summary;
  private long size;
  private volatile @Nullable ZansocException failure;

  /**
   * @param random for the salts of new files
   */
  LogTail(
      Disk disk,
      LogFiles files,
      Optional<Recovery.Tail> tail,
      long fileBytes,
      RandomGenerator random)
      throws IOException {
    this.disk = disk;
    this.files = files;
    this.fileBytes = fileBytes;
    this.random = random;
    if (tail.isPresent()) {
      summary = tail.get().summary();
      size = tail.get().size();
      file = disk.open(summary.file().name());
    }
  }

  LogFiles files() {
    return files;
  }

  /** Why the log is read-only, if it is. */
  Optional<ZansocException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Writes and syncs {@code batch}.
   *
   * @return the number of the file in which it stands
   * @throws ZansocException NO_SPACE, and the log is as it was; or HOST_PAUSED, and the log is
   *     read-only from now on
   */
  int write(List<Append> batch) {
    ZansocException failed = failure;
    if (failed != null) {
      throw Failures.again(failed);
    }
    try {
      Disk.File to = fileWithRoom();
      LogSummary records = summary();
      long end = writeAll(to, batch);
      to.sync();
      lastWritten.forEach(records::add);
      files.grow(records.file().number(), end);
      size = end;
      return records.file().number();
    } catch (DiskFullException e) {
      throw cutBack(e);
    } catch (IOException e) {
      throw fail("writing or syncing the log", e);
    }
  }

  /** The records of the batch that was written last. */
  List<LogRecord> lastWritten() {
    return lastWritten;
  }

  /** Makes the log read-only. */
  ZansocException fail(String action, Throwable cause) {
    ZansocException first = failure;
    if (first != null) {
      return first;
    }
    LOG.error("the block store is read-only from now on: {} failed", action, cause);
    ZansocException failed =
        new ZansocException(
            ErrorCode.HOST_PAUSED,
            "this host's block store is read-only, because %s failed (%s): check the disk and its log messages, then restart the agent"
                .formatted(action, cause.getMessage()),
            cause);
    failure = failed;
    return failed;
  }

  /** A batch goes into one file as a whole, which may so become longer than it should. */
  private Disk.File fileWithRoom() throws IOException {
    Disk.File current = file;
    if (current != null && size < fileBytes && summary().records() < LogSummary.MAX_RECORDS) {
      return current;
    }
    if (current != null) {
      writeSummary();
      current.close();
      file = null;
    }
    LogFile next = new LogFile(files.nextNumber(), random.nextLong());
    Disk.File created = disk.create(next.name());
    try {
      created.write(next.encode(), 0);
      created.sync();
      disk.sync();
    } catch (IOException e) {
      created.close();
      throw e;
    }
    files.begin(next.number(), LogFile.HEADER_BYTES);
    summary = new LogSummary(next);
    size = LogFile.HEADER_BYTES;
    file = created;
    return created;
  }

  private long writeAll(Disk.File to, List<Append> batch) throws IOException {
    List<LogRecord> written = new ArrayList<>(batch.size());
    long salt = summary().file().salt();
    long at = size;
    staging.clear();
    for (Append append : batch) {
      LogRecord record = append.at(at + staging.position(), size);
      if (staging.remaining() < LogRecord.BYTES) {
        at += flush(to, at);
      }
      record.encode(salt, staging);
      ByteBuffer block = append.block();
      while (block.hasRemaining()) {
        if (!staging.hasRemaining()) {
          at += flush(to, at);
        }
        int count = Math.min(staging.remaining(), block.remaining());
        staging.put(block.slice(block.position(), count));
        block.position(block.position() + count);
      }
      int padding = (int) (record.diskBytes() - LogRecord.BYTES - record.length());
      if (staging.remaining() < padding) {
        at += flush(to, at);
      }
      staging.put(new byte[padding]);
      written.add(record);
    }
    at += flush(to, at);
    lastWritten = List.copyOf(written);
    return at;
  }

  private int flush(Disk.File to, long at) throws IOException {
    staging.flip();
    int count = staging.remaining();
    to.write(staging, at);
    staging.clear();
    return count;
  }

  /** Takes back what a full disk left half-written. */
  private ZansocException cutBack(DiskFullException full) {
    Disk.File current = file;
    try {
      if (current != null) {
        current.truncate(size);
        current.sync();
      }
    } catch (IOException e) {
      e.addSuppressed(full);
      return fail("cutting the log back on a full disk", e);
    }
    return new ZansocException(
        ErrorCode.NO_SPACE,
        "this host's disk is full: free some space there, or choose another host",
        full);
  }

  /** A summary is only a shortcut: without it the next start scans the file. */
  private void writeSummary() {
    try {
      summary().write(disk, size);
      disk.sync();
    } catch (IOException e) {
      LOG.warn("no summary of {}: the next start takes longer", summary().file().name(), e);
    }
  }

  private LogSummary summary() {
    LogSummary current = summary;
    if (current == null) {
      throw new IllegalStateException("the log has no file yet");
    }
    return current;
  }

  @Override
  public void close() {
    Disk.File current = file;
    if (current == null) {
      return;
    }
    if (failure == null) {
      writeSummary();
    }
    try {
      current.close();
    } catch (IOException e) {
      LOG.warn("closing {}", summary().file().name(), e);
    }
  }
}
