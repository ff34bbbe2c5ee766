package cloud.zansoc.storage.client;

import cloud.zansoc.base.PeerId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long each host took for blocks of late, in memory only: what a download chooses hosts by and
 * when it asks another one. Thread-safe.
 */
final class HostSpeeds {
  private static final double WEIGHT = 0.2;
  private static final double FAILURE_NANOS = 60e9;
  private static final double UNKNOWN_NANOS = 20e6;

  private final Map<PeerId, Double> nanosByHost = new ConcurrentHashMap<>();

  /** The host moved a block in {@code nanos}. */
  void moved(PeerId host, long nanos) {
    note(host, (double) nanos);
  }

  /**
   * The host failed; it comes last until it has been seen to work again.
   *
   * @return whether it had not failed just before
   */
  boolean failed(PeerId host) {
    Double before = nanosByHost.put(host, FAILURE_NANOS);
    return before == null || before < FAILURE_NANOS;
  }

  /** What one block is expected to take, in nanoseconds. */
  double expectedNanos(PeerId host) {
    return nanosByHost.getOrDefault(host, UNKNOWN_NANOS);
  }

  private void note(PeerId host, double nanos) {
    nanosByHost.merge(host, nanos, (old, fresh) -> old + WEIGHT * (fresh - old));
  }
}
