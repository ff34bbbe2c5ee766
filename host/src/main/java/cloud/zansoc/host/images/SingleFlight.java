package cloud.zansoc.host.images;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;

/**
 * Has work of one name done once for all who ask for it at the same time, who share its outcome.
 * Where the one who does it is interrupted, another does it. Thread-safe.
 */
final class SingleFlight {
  private final ConcurrentMap<String, CompletableFuture<Boolean>> flights =
      new ConcurrentHashMap<>();

  void run(String name, Runnable work) {
    while (true) {
      CompletableFuture<Boolean> mine = new CompletableFuture<>();
      CompletableFuture<Boolean> others = flights.putIfAbsent(name, mine);
      if (others == null) {
        lead(name, mine, work);
        return;
      }
      if (follow(name, others)) {
        return;
      }
    }
  }

  private void lead(String name, CompletableFuture<Boolean> flight, Runnable work) {
    try {
      work.run();
      flight.complete(true);
    } catch (ZansocException e) {
      if (!Thread.currentThread().isInterrupted()) {
        flight.completeExceptionally(e);
      }
      throw e;
    } finally {
      flights.remove(name, flight);
      flight.complete(false); // Where nothing was said: the next one tries.
    }
  }

  private static boolean follow(String name, CompletableFuture<Boolean> flight) {
    try {
      return flight.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ZansocException known) {
        throw new ZansocException(known.code(), String.valueOf(known.getMessage()), known);
      }
      throw new ZansocException(ErrorCode.INTERNAL, name + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.TIMED_OUT, "waiting for " + name + " was interrupted", e);
    }
  }
}
