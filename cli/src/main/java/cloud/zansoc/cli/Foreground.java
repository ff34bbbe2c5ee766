package cloud.zansoc.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps a program running until the process is told to end (SIGTERM, Ctrl-C), then closes it. */
public final class Foreground {
  private static final long CLOSE_TIMEOUT_SECONDS = 20;

  private final CountDownLatch told = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  private Foreground() {}

  /** Blocks until the process is told to end and {@code program} is closed. */
  public static void run(AutoCloseable program) throws Exception {
    Foreground foreground = new Foreground();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(foreground::end));
    try (program) {
      foreground.told.await();
    } finally {
      foreground.closed.countDown();
    }
  }

  private void end() {
    told.countDown();
    try {
      // The JVM halts when the hooks have ended: it must not before the program is closed.
      if (!closed.await(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        System.err.println(
            "zansoc: did not end in order within %d s".formatted(CLOSE_TIMEOUT_SECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
