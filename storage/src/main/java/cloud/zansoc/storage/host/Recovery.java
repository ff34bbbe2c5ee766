package cloud.zansoc.storage.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays the log into an index when a store opens.
 *
 * <p>In the last file, what follows the length that its records say was synced was not acknowledged
 * as far as the file tells, or was in the last batch: there the log is cut at the first record that
 * is not whole, and what stays is written again and synced before anybody is told of it. Everywhere
 * else a bad record is damage: it is reported, and only that record is lost.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Disk disk;
  private final BlockIndex index;
  private final DamageListener listener;
  private final TreeMap<Integer, Long> sizes = new TreeMap<>();
  private Optional<Tail> tail = Optional.empty();
  private int lastNumber;

  /**
   * The file that new records go to.
   *
   * @param summary of all its records
   * @param size all of it is synced
   */
  record Tail(LogSummary summary, long size) {}

  /**
   * What the log consists of.
   *
   * @param sizes the length of each log file, by number
   * @param tail the last of them, if records can go on in it
   * @param lastNumber the highest number ever seen
   */
  record Recovered(NavigableMap<Integer, Long> sizes, Optional<Tail> tail, int lastNumber) {}

  Recovery(Disk disk, BlockIndex index, DamageListener listener) {
    this.disk = disk;
    this.index = index;
    this.listener = listener;
  }

  /** Fills the index. */
  Recovered run() throws IOException {
    List<String> names = disk.list();
    List<Integer> numbers =
        names.stream().flatMap(name -> LogFile.number(name, LogFile.LOG_SUFFIX).stream()).toList();
    Set<Integer> logs = new HashSet<>(numbers);
    for (String name : names) {
      Optional<Integer> summary = LogFile.number(name, LogFile.SUMMARY_SUFFIX);
      if (summary.isPresent() && !logs.contains(summary.get())) {
        disk.delete(name);
      }
    }
    for (int i = 0; i < numbers.size(); i++) {
      replay(numbers.get(i), i == numbers.size() - 1);
    }
    disk.sync();
    placeTheRest();
    for (BlockIndex.Holding lost : index.dropUnplaced()) {
      LOG.error("block {} of shard {} has lost its record", lost.digest(), lost.shard());
      listener.damaged(lost.shard(), lost.digest());
    }
    return new Recovered(sizes, tail, lastNumber);
  }

  /** Looks for the blocks of references that stand behind the end of the block's first holder. */
  private void placeTheRest() throws IOException {
    Set<Digest> wanted = index.unplaced();
    if (wanted.isEmpty()) {
      return;
    }
    for (int number : sizes.keySet()) {
      Optional<LogSummary> summary =
          tail.map(Tail::summary)
              .filter(last -> last.file().number() == number)
              .or(() -> readSummary(number));
      for (LogRecord record : summary.map(LogSummary::list).orElse(List.of())) {
        if (record.kind() == LogRecord.Kind.BLOCK && wanted.contains(record.digest())) {
          index.place(number, record);
        }
      }
    }
  }

  private Optional<LogSummary> readSummary(int number) {
    try {
      return LogSummary.read(disk, number).map(LogSummary.Loaded::summary);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + LogFile.summaryName(number), e);
    }
  }

  private void replay(int number, boolean last) throws IOException {
    lastNumber = number;
    try (Disk.File file = disk.open(LogFile.name(number))) {
      long size = file.size();
      Optional<LogSummary.Loaded> loaded = LogSummary.read(disk, number);
      Optional<LogFile> header = LogFile.read(file, number);
      if (loaded.isPresent()) {
        loaded.get().summary().list().forEach(record -> index.apply(number, record));
        replay(file, loaded.get().summary(), loaded.get().covered(), last);
      } else if (header.isPresent()) {
        replay(file, new LogSummary(header.get()), LogFile.HEADER_BYTES, last);
      } else if (size <= LogFile.HEADER_BYTES) {
        disk.delete(LogFile.name(number)); // cut off while it was made: records follow a sync
      } else {
        sizes.put(number, size);
        report(number, 0, size);
      }
    }
  }

  /** Replays what {@code summary} does not cover, and adds it there. */
  private void replay(Disk.File file, LogSummary summary, long covered, boolean last)
      throws IOException {
    int number = summary.file().number();
    long size = file.size();
    sizes.put(number, size);
    if (covered > size) {
      report(number, size, covered - size);
      return;
    }
    LogScan scan = LogScan.scan(file, summary.file(), covered, size);
    long durable = last ? scan.durableBytes(covered) : size;
    long end = last ? makeDurable(file, scan, durable, size) : size;
    for (LogScan.Gap gap : scan.gaps()) {
      if (gap.from() < durable) {
        report(number, gap.from(), Math.min(gap.to(), durable) - gap.from());
      }
    }
    for (LogRecord record : scan.records()) {
      if (record.offset() < end) {
        summary.add(record);
        index.apply(number, record);
      }
    }
    sizes.put(number, end);
    if (last) {
      tail = Optional.of(new Tail(summary, end));
    } else if (covered < size) {
      summary.write(disk, size);
    }
  }

  /**
   * Cuts the torn end, writes the rest of what may not have been synced once more, and syncs: pages
   * that an earlier, failed sync dropped from the cache would else be taken for durable.
   *
   * @return where the file ends now
   */
  private static long makeDurable(Disk.File file, LogScan scan, long durable, long size)
      throws IOException {
    long end = size;
    for (LogScan.Gap gap : scan.gaps()) {
      if (gap.to() > durable) {
        end = Math.min(end, Math.max(gap.from(), durable));
      }
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) LogRecord.diskBytes(Limits.BLOCK_BYTES));
    for (LogRecord record : scan.records()) {
      if (record.offset() < durable || record.offset() >= end) {
        continue;
      }
      buffer.clear().limit((int) record.diskBytes());
      file.read(buffer, record.offset());
      buffer.flip();
      if (!isWhole(record, buffer)) {
        end = record.offset();
        break;
      }
      file.write(buffer, record.offset());
    }
    if (end < size) {
      LOG.info("cutting {} bytes that were never acknowledged", size - end);
      file.truncate(end);
    }
    file.sync();
    return end;
  }

  private static boolean isWhole(LogRecord record, ByteBuffer bytes) {
    return bytes.remaining() == record.diskBytes()
        && (record.kind() != LogRecord.Kind.BLOCK
            || Digest.sha256(bytes.slice(LogRecord.BYTES, record.length()))
                .equals(record.digest()));
  }

  private void report(int number, long offset, long bytes) {
    LOG.error("{} bytes at {} of {} are unreadable", bytes, offset, LogFile.name(number));
    listener.unreadable(LogFile.name(number), offset, bytes);
  }
}
