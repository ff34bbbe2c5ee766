package cloud.zansoc.ledger.outbox;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives an outbox on a thread of its own, until closed. While the node does not answer the pauses
 * grow, to {@link #LONGEST_PAUSE}; nothing is lost meanwhile, and requests are still taken.
 */
public final class OutboxLoop implements AutoCloseable {
  /** The longest pause between two tries. */
  public static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(OutboxLoop.class);

  private final Outbox outbox;
  private final Duration pause;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile Progress progress =
      new Progress(new OutboxStatus(0, 0, 0, Optional.empty()), Optional.empty());

  /**
   * How the latest step ended.
   *
   * @param status after the latest one that succeeded
   * @param failure of the latest one; none where it succeeded
   */
  public record Progress(OutboxStatus status, Optional<String> failure) {}

  private OutboxLoop(Outbox outbox, Duration pause) {
    this.outbox = outbox;
    this.pause = pause;
    this.thread = Thread.ofVirtual().name("outbox").unstarted(this::run);
  }

  /**
   * Begins.
   *
   * @param pause between the end of a step and the next; a part of the time between two blocks
   */
  public static OutboxLoop start(Outbox outbox, Duration pause) {
    OutboxLoop loop = new OutboxLoop(outbox, pause);
    loop.thread.start();
    return loop;
  }

  /** How the latest step ended. */
  public Progress progress() {
    return progress;
  }

  private void run() {
    Duration next = pause;
    try {
      while (!closing.await(next.toNanos(), TimeUnit.NANOSECONDS)) {
        next = step() ? pause : longer(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A step that fails must not end the loop: the next may find the node back. */
  private boolean step() {
    try {
      OutboxStatus status = outbox.step();
      status.complaint().ifPresent(what -> LOG.debug("the node complains: {}", what));
      progress = new Progress(status, Optional.empty());
      return true;
    } catch (RuntimeException e) {
      progress = new Progress(progress.status(), Optional.of(String.valueOf(e.getMessage())));
      if (closing.getCount() > 0) {
        LOG.warn("the outbox could not go on and will try again", e);
      }
      return false;
    }
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  /** Ends the step under way, if need be in its middle, and waits for its thread. */
  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
