package cloud.zansoc.storage.hub;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs repair and upkeep at a steady pace, each on a thread of its own, until closed. */
public final class StorageLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StorageLoop.class);

  private final RepairPlanner planner;
  private final StorageUpkeep upkeep;
  private final Clock clock;
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().daemon().name("storage-", 0).factory());

  public StorageLoop(RepairPlanner planner, StorageUpkeep upkeep, Clock clock) {
    this.planner = planner;
    this.upkeep = upkeep;
    this.clock = clock;
  }

  /** Begins; {@code pause} lies between the end of a round and the next. */
  public void start(Duration pause) {
    every(pause, () -> planner.tick(clock.instant()));
    every(pause, upkeep::tick);
  }

  private void every(Duration pause, Runnable round) {
    var _ =
        threads.scheduleWithFixedDelay(
            () -> logged(round), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A round that fails must not end the loop: the next may find the database back. */
  private static void logged(Runnable round) {
    try {
      round.run();
    } catch (RuntimeException e) {
      LOG.error("a round of storage upkeep failed; the next one tries again", e);
    }
  }

  /** Ends the rounds and the repairs under way. */
  @Override
  public void close() {
    threads.shutdownNow();
    planner.close();
  }
}
