package cloud.zansoc.storage.host;

import cloud.zansoc.base.ByteSize;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's background work on one thread: compaction where there is much garbage, and else the
 * scrub, which re-reads all blocks round and round so that damage is found before a reader does.
 */
final class Maintenance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Every block is re-read about this often, if the settings' rate allows it. */
  private static final Duration SCRUB_PERIOD = Duration.ofDays(14);

  private static final long LEAST_SCRUB_BYTES_PER_SECOND = 64 << 10;

  private final BlockStore store;
  private final BlockStoreSettings settings;

  /** Guards the fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private boolean stopping;
  private boolean garbageGrew = true;
  private @Nullable Thread thread;

  Maintenance(BlockStore store, BlockStoreSettings settings) {
    this.store = store;
    this.settings = settings;
  }

  /** Begins the background work. */
  void start() {
    lock.lock();
    try {
      if (thread == null && !stopping) {
        thread = Thread.ofPlatform().name("block-maintenance").daemon().start(this::run);
      }
    } finally {
      lock.unlock();
    }
  }

  /** There may be something to reclaim now. */
  void wake() {
    lock.lock();
    try {
      garbageGrew = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Reclaims at full speed; not while the background work runs. */
  void compact() {
    compact(Pace.UNLIMITED);
  }

  /** Verifies every block at full speed; not while the background work runs. */
  void scrub() {
    for (int number : store.files().all()) {
      scrub(number, Pace.UNLIMITED);
    }
  }

  private void run() {
    boolean scrubs = settings.scrubBytesPerSecond().bytes() > 0;
    Pace pace =
        bytes -> {
          compactIfGarbageGrew();
          return paceOf(scrubRate()).spend(bytes);
        };
    long round = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
    while (!isStopping()) {
      compactIfGarbageGrew();
      List<Integer> numbers = store.files().all();
      if (scrubs && !numbers.isEmpty()) {
        scrub(numbers.get((int) (round++ % numbers.size())), pace);
      }
      pause(IDLE_NANOS, true);
    }
  }

  private void compactIfGarbageGrew() {
    lock.lock();
    try {
      if (!garbageGrew) {
        return;
      }
      garbageGrew = false;
    } finally {
      lock.unlock();
    }
    compact(paceOf(settings.compactionBytesPerSecond()));
  }

  private void compact(Pace pace) {
    Compaction compaction = new Compaction(store, pace);
    for (int number : Compaction.candidates(store)) {
      try {
        if (compaction.run(number)) {
          LOG.debug("reclaimed {}", LogFile.name(number));
        }
      } catch (IOException | RuntimeException e) {
        LOG.error("compaction of {} failed", LogFile.name(number), e);
      }
      if (isStopping()) {
        return;
      }
    }
  }

  private void scrub(int number, Pace pace) {
    try {
      for (LogRecord record : LogRecords.of(store, number)) {
        if (record.kind() == LogRecord.Kind.BLOCK) {
          scrub(number, record);
          if (!pace.spend(record.diskBytes())) {
            return;
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("the scrub of {} failed", LogFile.name(number), e);
    }
  }

  private void scrub(int number, LogRecord record) {
    BlockIndex.Place place = new BlockIndex.Place(number, record.offset(), record.length());
    Optional<BlockIndex.Found> current = Optional.of(new BlockIndex.Found(place, false));
    if (store.index().read(all -> all.find(record.digest())).equals(current)) {
      switch (store.reader().check(place, record.digest())) {
        case GOOD, GONE -> {}
        case DAMAGED, UNREADABLE -> store.reportDamage(record.digest(), place);
      }
    }
  }

  private ByteSize scrubRate() {
    long forPeriod = store.files().totalBytes() / SCRUB_PERIOD.toSeconds();
    long wanted = Math.max(LEAST_SCRUB_BYTES_PER_SECOND, forPeriod);
    return new ByteSize(Math.min(wanted, settings.scrubBytesPerSecond().bytes()));
  }

  private Pace paceOf(ByteSize perSecond) {
    return bytes -> {
      double seconds = (double) bytes / Math.max(1, perSecond.bytes());
      pause((long) (seconds * TimeUnit.SECONDS.toNanos(1)), false);
      return !isStopping();
    };
  }

  /** Waits, but not beyond the store's end, nor beyond {@link #wake} if {@code wakeable}. */
  private void pause(long nanos, boolean wakeable) {
    lock.lock();
    try {
      long left = nanos;
      while (left > 0 && !stopping && !(wakeable && garbageGrew)) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      stopping = true; // nobody interrupts this thread; should somebody, the work ends
    } finally {
      lock.unlock();
    }
  }

  private boolean isStopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the background work after the block that it is at. */
  @Override
  public void close() {
    Thread running;
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
      running = thread;
    } finally {
      lock.unlock();
    }
    if (running != null) {
      Threads.joinFully(running);
    }
  }
}
