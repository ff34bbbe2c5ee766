package cloud.zansoc.ledger.outbox;

import cloud.zansoc.ledger.RetryLoop;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives an outbox on a thread of its own, until closed. While the node does not answer the pauses
 * grow, to {@link #LONGEST_PAUSE}; nothing is lost meanwhile, and requests are still taken.
 */
public final class OutboxLoop implements AutoCloseable {
  /** The longest pause between two tries. */
  public static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How much shorter pauses are while something waits for its block. */
  private static final int UNDER_WAY = 4;

  private static final Logger LOG = LoggerFactory.getLogger(OutboxLoop.class);

  private final Outbox outbox;
  private final Duration pause;
  private final Runnable moved;
  private volatile Progress progress =
      new Progress(new OutboxStatus(0, 0, 0, Optional.empty()), Optional.empty());

  /** Set last: it takes steps from then on. */
  private final RetryLoop loop;

  /**
   * How the latest step ended.
   *
   * @param status after the latest one that succeeded
   * @param failure of the latest one; none where it succeeded
   */
  public record Progress(OutboxStatus status, Optional<String> failure) {}

  private OutboxLoop(Outbox outbox, Duration pause, Runnable moved) {
    this.outbox = outbox;
    this.pause = pause;
    this.moved = moved;
    this.loop = RetryLoop.start("outbox", this::step, this::failed, pause, LONGEST_PAUSE);
    outbox.whenSubmitted(loop::wake);
  }

  /**
   * Begins.
   *
   * @param pause between the end of a step and the next, a part of the time between two blocks; a
   *     quarter of it while something waits for its block
   * @param moved is run after a step after which other requests wait, are in blocks or have failed
   */
  public static OutboxLoop start(Outbox outbox, Duration pause, Runnable moved) {
    return new OutboxLoop(outbox, pause, moved);
  }

  /** How the latest step ended. */
  public Progress progress() {
    return progress;
  }

  private Duration step() {
    OutboxStatus status = outbox.step();
    status.complaint().ifPresent(what -> LOG.debug("the node complains: {}", what));
    boolean same = progress.status().equals(status);
    progress = new Progress(status, Optional.empty());
    if (!same) {
      moved.run();
    }
    return status.queued() + status.sent() > 0 ? pause.dividedBy(UNDER_WAY) : pause;
  }

  private void failed(RuntimeException e) {
    progress = new Progress(progress.status(), Optional.of(String.valueOf(e.getMessage())));
    LOG.warn("the outbox could not go on and will try again", e);
  }

  /** Ends the step under way, if need be in its middle, and waits for its thread. */
  @Override
  public void close() {
    loop.close();
  }
}
