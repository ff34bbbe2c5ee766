package cloud.zansoc.storage.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs blocking requests side by side. */
final class VirtualThreads {
  private VirtualThreads() {}

  /**
   * Runs all of {@code requests} at once and gives the answers of those that were ready in time;
   * the others are interrupted. A request's exception is thrown here.
   */
  static <T> List<T> all(List<Callable<T>> requests, Duration patience)
      throws InterruptedException {
    List<T> answers = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<T> future :
          executor.invokeAll(requests, patience.toNanos(), TimeUnit.NANOSECONDS)) {
        switch (future.state()) {
          case SUCCESS -> answers.add(future.resultNow());
          case FAILED -> throw Failures.unwrapped(new ExecutionException(future.exceptionNow()));
          case RUNNING, CANCELLED -> {}
        }
      }
    }
    return answers;
  }
}
