package cloud.zansoc.net.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A token bucket for each sender. At most {@value #MAX_SENDERS} are remembered; the one that has
 * asked least recently is forgotten first. Thread-safe.
 */
final class RateLimiter {
  static final int MAX_SENDERS = 16_384;

  private final Rate rate;
  private final LongSupplier nanoTime;
  private final Map<String, Bucket> buckets = // guarded by this
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MAX_SENDERS;
        }
      };

  /**
   * How often a sender may ask.
   *
   * @param perSecond requests a second for as long as it likes
   * @param burst requests at once after a rest
   */
  record Rate(double perSecond, double burst) {}

  RateLimiter(Rate rate, LongSupplier nanoTime) {
    this.rate = rate;
    this.nanoTime = nanoTime;
  }

  /** Takes a token of {@code sender}, or says how long it must wait for one. */
  synchronized Optional<Duration> take(String sender) {
    long now = nanoTime.getAsLong();
    Bucket bucket = buckets.computeIfAbsent(sender, s -> new Bucket(rate.burst, now));
    double filled =
        Math.min(rate.burst, bucket.tokens + (now - bucket.atNanos) * rate.perSecond / 1e9);
    if (filled < 1) {
      buckets.put(sender, new Bucket(filled, now));
      return Optional.of(Duration.ofNanos((long) Math.ceil((1 - filled) / rate.perSecond * 1e9)));
    }
    buckets.put(sender, new Bucket(filled - 1, now));
    return Optional.empty();
  }

  private record Bucket(double tokens, long atNanos) {}
}
