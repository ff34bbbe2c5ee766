package cloud.zansoc.net.node;

import cloud.zansoc.base.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the hub tells a host with each heartbeat.
 *
 * @param paused take nothing new
 * @param draining the hub moves this host's blocks away
 * @param reclaimed from when on the owner has the machine back, and nothing runs there any more
 * @param nowMillis the hub's clock, for the host to notice its own skew
 * @param replacedAfter how long the host may be silent before its instances may run elsewhere: it
 *     freezes them by then; none where the hub moves no instances
 */
public record HostSettings(
    boolean paused,
    boolean draining,
    ByteSize capacity,
    Optional<Instant> reclaimed,
    long nowMillis,
    Optional<Duration> replacedAfter) {
  /** The same with another time after which instances are replaced. */
  public HostSettings replacing(Optional<Duration> after) {
    return new HostSettings(paused, draining, capacity, reclaimed, nowMillis, after);
  }
}
