package cloud.zansoc.host.measure;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongConsumer;

/** How fast the way to the hub is. */
final class NetworkScore {
  private static final int ROUND_TRIPS = 5;
  private static final long FIRST_BYTES = 256 << 10;

  private NetworkScore() {}

  /** The median of five round trips, in microseconds, after one that opens the connection. */
  static long roundTripMicros(HubProbe hub) {
    hub.ping();
    long[] nanos = new long[ROUND_TRIPS];
    for (int i = 0; i < ROUND_TRIPS; i++) {
      long began = System.nanoTime();
      hub.ping();
      nanos[i] = System.nanoTime() - began;
    }
    Arrays.sort(nanos);
    return Math.max(1, nanos[ROUND_TRIPS / 2] / 1000);
  }

  /**
   * Bytes a second of {@code transfer}, which is asked for growing amounts until the budget is
   * used; the best amount counts, since small ones are ruled by the round trip. One transfer may
   * last as long as the whole budget at the speed seen before it, so that all of them end within
   * twice the budget.
   */
  static long bytesPerSecond(LongConsumer transfer, Duration budget) {
    long best = 0;
    long bytes = FIRST_BYTES;
    long began = System.nanoTime();
    while (true) {
      long start = System.nanoTime();
      transfer.accept(bytes);
      best = Math.max(best, Rates.perSecond(bytes, System.nanoTime() - start));
      long left = budget.toNanos() - (System.nanoTime() - began);
      if (left <= 0) {
        return best;
      }
      long fitting = (long) (best * (left / 1e9));
      if (fitting < FIRST_BYTES) {
        return best;
      }
      bytes = Math.min(Math.min(bytes * 4, fitting), HubProbe.MAX_BYTES);
    }
  }
}
