package cloud.zansoc.ledger;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes a step again and again on a thread of its own, until closed. While steps fail the pauses
 * between them double, up to a limit.
 */
public final class RetryLoop implements AutoCloseable {
  private final Supplier<Duration> step;
  private final Consumer<RuntimeException> failed;
  private final Duration longestPause;
  private final Semaphore ends = new Semaphore(0);
  private volatile boolean isClosed;
  private volatile boolean isFailing;
  private final Thread thread;

  private RetryLoop(
      String name,
      Supplier<Duration> step,
      Consumer<RuntimeException> failed,
      Duration firstPause,
      Duration longestPause) {
    this.step = step;
    this.failed = failed;
    this.longestPause = longestPause;
    this.thread = Thread.ofVirtual().name(name).unstarted(() -> run(firstPause));
  }

  /**
   * Begins with a step.
   *
   * @param name of the thread
   * @param step gives the pause until the next one
   * @param failed is told of a step that failed while the loop was not being closed
   * @param firstPause half of the pause after a first step that failed
   */
  public static RetryLoop start(
      String name,
      Supplier<Duration> step,
      Consumer<RuntimeException> failed,
      Duration firstPause,
      Duration longestPause) {
    RetryLoop loop = new RetryLoop(name, step, failed, firstPause, longestPause);
    loop.thread.start();
    return loop;
  }

  private void run(Duration firstPause) {
    Duration pause = firstPause;
    try {
      do {
        pause = next(pause);
        boolean _ = ends.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
        ends.drainPermits();
      } while (!isClosed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A step that fails must not end the loop: the next may find what it needs. */
  private Duration next(Duration pause) {
    try {
      Duration after = step.get();
      isFailing = false;
      return after;
    } catch (RuntimeException e) {
      isFailing = true;
      if (!isClosed) {
        failed.accept(e);
      }
      Duration doubled = pause.multipliedBy(2);
      return doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
    }
  }

  /** There is something to do: ends the pause, unless it follows a failure. */
  public void wake() {
    if (!isFailing) {
      ends.release();
    }
  }

  /** Ends the step under way, if need be in its middle, and waits for the thread. */
  @Override
  public void close() {
    isClosed = true;
    ends.release();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
