package cloud.zansoc.hub.api;

import cloud.zansoc.base.PeerId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Peers that belong to no tenant but opened a share a short while ago, so that the relay lets them
 * through to the hosts that hold it. Thread-safe.
 */
public final class Guests {
  private static final int MAX_GUESTS = 10_000;
  private static final Duration STAY = Duration.ofHours(1);

  private final Clock clock;
  private final Map<PeerId, Instant> until = // guarded by this
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Instant> eldest) {
          return size() > MAX_GUESTS;
        }
      };

  /** Nobody yet. */
  public Guests(Clock clock) {
    this.clock = clock;
  }

  synchronized void welcome(PeerId peer) {
    until.remove(peer);
    until.put(peer, clock.instant().plus(STAY));
  }

  /** Whether the peer opened a share within the last hour. */
  public synchronized boolean isGuest(PeerId peer) {
    Instant end = until.get(peer);
    return end != null && clock.instant().isBefore(end);
  }
}
