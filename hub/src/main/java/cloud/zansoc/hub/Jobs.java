package cloud.zansoc.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the hub does again and again, each on a thread of its own. A job that fails is logged and
 * runs again at its time.
 */
final class Jobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  /** Runs {@code work} after each pause, until {@link #close}. */
  void every(Duration pause, String name, Runnable work) {
    threads.add(Thread.ofVirtual().name("job " + name).start(() -> loop(pause, name, work)));
  }

  private void loop(Duration pause, String name, Runnable work) {
    try {
      while (!closing.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        run(name, work);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(String name, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      if (closing.getCount() > 0) {
        LOG.warn("the job '{}' failed and will run again", name, e);
      }
    }
  }

  /** Interrupts what runs and waits until it has ended. */
  @Override
  public void close() {
    closing.countDown();
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
