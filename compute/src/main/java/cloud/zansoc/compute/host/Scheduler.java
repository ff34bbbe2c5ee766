package cloud.zansoc.compute.host;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs tasks, now or later, each on a thread of its own that may block. */
public interface Scheduler extends AutoCloseable {
  /** Runs a task as soon as can be. */
  void run(String name, Runnable task);

  /** Runs a task after {@code delay}, unless it is cancelled before. */
  Timer after(Duration delay, String name, Runnable task);

  /** Runs nothing more that is not running yet. */
  @Override
  void close();

  /** Something that is due later. */
  @FunctionalInterface
  interface Timer {
    /** There is nothing to be cancelled. */
    Timer NONE = () -> {};

    /** Does not run it any more; what runs goes on. */
    void cancel();
  }

  /** Virtual threads, and one thread that starts them when they are due. */
  static Scheduler ofVirtualThreads() {
    ScheduledThreadPoolExecutor timers =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("instance-timers").daemon().factory());
    timers.setRemoveOnCancelPolicy(true);
    return new Scheduler() {
      @Override
      public void run(String name, Runnable task) {
        Thread.ofVirtual().name(name).start(task);
      }

      @Override
      public Timer after(Duration delay, String name, Runnable task) {
        try {
          var waiting =
              timers.schedule(
                  () -> run(name, task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
          return () -> waiting.cancel(false);
        } catch (RejectedExecutionException closed) {
          return Timer.NONE;
        }
      }

      @Override
      public void close() {
        timers.shutdownNow();
      }
    };
  }
}
