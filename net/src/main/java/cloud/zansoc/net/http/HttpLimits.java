package cloud.zansoc.net.http;

import java.time.Duration;

/**
 * What a server lets its clients take.
 *
 * @param headerBytes the longest request head
 * @param connections at once
 * @param idle a connection without a byte for so long is closed
 * @param peerRequestsPerSecond of one peer that the program knows; a burst is four seconds' worth
 * @param strangerRequestsPerSecond of one IP address, for everyone else
 */
public record HttpLimits(
    int headerBytes,
    int connections,
    Duration idle,
    double peerRequestsPerSecond,
    double strangerRequestsPerSecond) {
  /** For a hub on the Internet. */
  public static final HttpLimits DEFAULT =
      new HttpLimits(16 * 1024, 10_000, Duration.ofSeconds(60), 500, 50);

  RateLimiter.Rate peerRate() {
    return new RateLimiter.Rate(peerRequestsPerSecond, Math.max(1, 4 * peerRequestsPerSecond));
  }

  RateLimiter.Rate strangerRate() {
    return new RateLimiter.Rate(
        strangerRequestsPerSecond, Math.max(1, 4 * strangerRequestsPerSecond));
  }
}
