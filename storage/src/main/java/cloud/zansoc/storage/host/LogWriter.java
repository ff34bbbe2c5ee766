package cloud.zansoc.storage.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Group commit: one thread writes what has queued up as a batch, syncs it once, takes it into the
 * index in the order of the log, and then wakes all who wait. While it syncs, the next batch
 * gathers.
 *
 * <p>The thread is the store's own, so that an interrupt of a caller can never close the file.
 */
final class LogWriter implements AutoCloseable {
  /** A batch ends when it has this many bytes or records. */
  static final int MAX_BATCH_BYTES = 8 << 20;

  static final int MAX_BATCH_RECORDS = 1024;

  /** The most records that wait; further callers wait for room. Each holds its caller's buffer. */
  static final int MAX_QUEUED = 4096;

  private final LogTail tail;
  private final SharedIndex index;
  private final Thread thread;

  /** Guards the fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Append> queue = new ArrayDeque<>();
  private List<Append> batch = List.of();
  private int forgetsPending;
  private boolean closing;

  LogWriter(LogTail tail, SharedIndex index) {
    this.tail = tail;
    this.index = index;
    this.thread = Thread.ofPlatform().name("block-writer").daemon().start(this::run);
  }

  /** Queues a record; waits for room. */
  Append append(Append record) {
    lock.lock();
    try {
      awaitRoom();
      enqueue(record);
      return record;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Queues a record that builds on what the index says, once no record that forgets is on its way:
   * what {@code condition} sees in the index then still holds where the record comes to stand.
   *
   * @param condition evaluated with the queue locked; may read the index
   * @return nothing if the condition does not hold
   */
  Optional<Append> appendIf(BooleanSupplier condition, Append record) {
    lock.lock();
    try {
      awaitRoom();
      while (forgetsPending > 0) {
        changed.awaitUninterruptibly();
        awaitRoom();
      }
      if (!condition.getAsBoolean()) {
        return Optional.empty();
      }
      enqueue(record);
      return Optional.of(record);
    } finally {
      lock.unlock();
    }
  }

  /** Queues a record that forgets {@code shard}, if that is known or about to be. */
  Optional<Append> appendForget(ShardId shard) {
    lock.lock();
    try {
      awaitRoom();
      if (!index.read(all -> all.knows(shard)) && !isPending(shard)) {
        return Optional.empty();
      }
      Append record = Append.forget(shard);
      enqueue(record);
      return Optional.of(record);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a record of {@code shard} is on its way; only within a condition. */
  boolean isPending(ShardId shard) {
    return queue.stream().anyMatch(record -> record.shard().equals(shard))
        || batch.stream().anyMatch(record -> record.shard().equals(shard));
  }

  private void awaitRoom() {
    while (queue.size() >= MAX_QUEUED && !closing) {
      changed.awaitUninterruptibly();
    }
    if (closing) {
      throw new ZansocException(ErrorCode.HOST_PAUSED, "this host's block store is closed");
    }
  }

  private void enqueue(Append record) {
    queue.add(record);
    if (record.kind() == LogRecord.Kind.FORGET) {
      forgetsPending++;
    }
    changed.signalAll();
  }

  private void run() {
    for (List<Append> next = nextBatch(); !next.isEmpty(); next = nextBatch()) {
      Optional<ZansocException> failure = commit(next);
      finish(next);
      for (Append record : next) {
        failure.ifPresentOrElse(record::fail, record::succeed);
      }
    }
  }

  /** Waits for records; none means that the store closes and everything is written. */
  private List<Append> nextBatch() {
    lock.lock();
    try {
      while (queue.isEmpty() && !closing) {
        changed.awaitUninterruptibly();
      }
      List<Append> next = new ArrayList<>();
      long bytes = 0;
      while (!queue.isEmpty() && bytes < MAX_BATCH_BYTES && next.size() < MAX_BATCH_RECORDS) {
        bytes += queue.getFirst().diskBytes();
        next.add(queue.removeFirst());
      }
      batch = next;
      changed.signalAll();
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Nobody may wait for ever, whatever went wrong. */
  private Optional<ZansocException> commit(List<Append> records) {
    try {
      int file = tail.write(records);
      List<LogRecord> written = tail.lastWritten();
      index.write(to -> written.forEach(record -> to.apply(file, record)));
      return Optional.empty();
    } catch (ZansocException e) {
      return Optional.of(e);
    } catch (RuntimeException | Error e) {
      return Optional.of(tail.fail("taking in a batch", e));
    }
  }

  private void finish(List<Append> records) {
    lock.lock();
    try {
      batch = List.of();
      for (Append record : records) {
        if (record.kind() == LogRecord.Kind.FORGET) {
          forgetsPending--;
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends after everything queued is durable. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    Threads.joinFully(thread);
    tail.close();
  }
}
