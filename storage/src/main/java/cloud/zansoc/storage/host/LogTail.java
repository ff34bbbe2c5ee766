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
 * <p>Batches go past the system's cache where the disk can do that: the copy into it would cost as
 * much as all the rest, for blocks that are rarely read soon. The last bytes of the log that fill
 * no aligned piece are kept, and written again with the next batch; while a file is the last one,
 * zero bytes may follow its end.
 *
 * <p>After a failed sync nothing is known of what is on the disk, so nothing more is written: the
 * log is read-only until the store is opened again, which re-writes and re-syncs the doubtful end.
 */
final class LogTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
  private static final int STAGING_BYTES = 1 << 20;
  private static final byte[] PADDING = new byte[LogRecord.ALIGNMENT];

  private final Disk disk;
  private final LogFiles files;
  private final long fileBytes;
  private final RandomGenerator random;
  private final ByteBuffer staging =
      ByteBuffer.allocateDirect(STAGING_BYTES + Disk.MAX_ALIGNMENT)
          .alignedSlice(Disk.MAX_ALIGNMENT)
          .slice(0, STAGING_BYTES);
  private final ByteBuffer header = ByteBuffer.allocate(LogRecord.BYTES);

  /** What the last aligned piece of the file begins with: the bytes up to {@link #size}. */
  private byte[] unaligned = new byte[0];

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
      file = disk.openDirect(summary.file().name());
      unaligned = unaligned(file);
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
      List<LogRecord> written = place(batch);
      byte[] rest = writeAll(to, batch, written);
      to.sync();
      lastWritten = written;
      written.forEach(records::add);
      size = written.getLast().offset() + written.getLast().diskBytes();
      unaligned = rest;
      files.grow(records.file().number(), size);
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
      end(current);
      current.close();
      file = null;
    }
    LogFile next = new LogFile(files.nextNumber(), random.nextLong());
    try (Disk.File created = disk.create(next.name())) {
      created.write(next.encode(), 0);
      created.sync();
    }
    disk.sync();
    Disk.File opened = disk.openDirect(next.name());
    files.begin(next.number(), LogFile.HEADER_BYTES);
    summary = new LogSummary(next);
    size = LogFile.HEADER_BYTES;
    unaligned = unaligned(opened);
    file = opened;
    return opened;
  }

  /** Cuts the zero bytes behind the last record, for good before a file with a higher number. */
  private void end(Disk.File current) throws IOException {
    if (current.size() > size) {
      current.truncate(size);
      current.sync();
    }
    writeSummary();
  }

  private List<LogRecord> place(List<Append> batch) {
    List<LogRecord> records = new ArrayList<>(batch.size());
    long at = size;
    for (Append append : batch) {
      LogRecord record = append.at(at, size);
      records.add(record);
      at += record.diskBytes();
    }
    return List.copyOf(records);
  }

  /** Writes and gives the bytes at the end that fill no aligned piece. */
  private byte[] writeAll(Disk.File to, List<Append> batch, List<LogRecord> records)
      throws IOException {
    long salt = summary().file().salt();
    long at = size - unaligned.length;
    staging.clear().put(unaligned);
    for (int i = 0; i < batch.size(); i++) {
      LogRecord record = records.get(i);
      record.encode(salt, header.clear());
      at = stage(to, at, header.flip());
      at = stage(to, at, batch.get(i).block());
      int padding = (int) (record.diskBytes() - LogRecord.BYTES - record.length());
      at = stage(to, at, ByteBuffer.wrap(PADDING, 0, padding));
    }
    int end = staging.position();
    byte[] rest = new byte[end % to.alignment()];
    staging.get(end - rest.length, rest);
    while (staging.position() % to.alignment() != 0) {
      staging.put((byte) 0);
    }
    to.write(staging.flip(), at);
    return rest;
  }

  /** Stages bytes, and writes what is staged whenever that is full; gives where the rest goes. */
  private long stage(Disk.File to, long from, ByteBuffer bytes) throws IOException {
    long at = from;
    while (bytes.hasRemaining()) {
      if (!staging.hasRemaining()) {
        to.write(staging.flip(), at);
        at += STAGING_BYTES;
        staging.clear();
      }
      int count = Math.min(staging.remaining(), bytes.remaining());
      staging.put(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
    }
    return at;
  }

  private byte[] unaligned(Disk.File from) throws IOException {
    byte[] bytes = new byte[(int) (size % from.alignment())];
    if (bytes.length > 0) {
      from.read(staging.clear().limit(from.alignment()), size - bytes.length);
      staging.get(0, bytes);
    }
    return bytes;
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
    try (current) {
      if (failure == null) {
        end(current);
      }
    } catch (IOException e) {
      LOG.warn("closing {}", summary().file().name(), e);
    }
  }
}
