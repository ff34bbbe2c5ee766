package cloud.zansoc.hub.registry;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.node.HostRegistration;
import cloud.zansoc.net.node.HostStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * A host as it is kept.
 *
 * @param registration what it told when it joined last, without the token
 * @param wish what it shall do, by its owner or an operator
 * @param externalIp where its connection came from last
 * @param lastSeen its last heartbeat, or when it joined
 * @param status of that heartbeat
 */
public record HostRecord(
    PeerId id,
    HostRegistration registration,
    Wish wish,
    String externalIp,
    Instant joined,
    Instant lastSeen,
    Optional<HostStatus> status) {

  /** What a host shall do. */
  public enum Wish {
    /** Take blocks. */
    ACTIVE,
    /** Take nothing new. */
    PAUSED,
    /** Take nothing new, and have its instances moved away; its blocks stay. */
    CLEARED,
    /** Hand everything over, then leave. */
    DRAINING,
    /** It is gone for good; what it held counts as lost. */
    LEFT
  }

  /** The name that people use. */
  public String name() {
    return registration.name();
  }

  /** The same with another wish. */
  public HostRecord with(Wish other) {
    return new HostRecord(id, registration, other, externalIp, joined, lastSeen, status);
  }

  /** The same, seen just now. */
  public HostRecord seen(Instant at, String ip, HostStatus now) {
    return new HostRecord(id, registration, wish, ip, joined, at, Optional.of(now));
  }
}
