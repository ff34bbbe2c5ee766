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
 * @param reclaimed with CLEARED, from when on nothing runs there any more; else none
 * @param externalIp where its connection came from last
 * @param lastSeen its last heartbeat, or when it joined
 * @param status of that heartbeat
 */
public record HostRecord(
    PeerId id,
    HostRegistration registration,
    Wish wish,
    Optional<Instant> reclaimed,
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
    /**
     * Take nothing new, have its instances moved away, and what is left of them stopped when its
     * owner has the machine back; its blocks stay.
     */
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
  public HostRecord with(Wish other, Optional<Instant> back) {
    return new HostRecord(id, registration, other, back, externalIp, joined, lastSeen, status);
  }

  /** The same, seen just now. */
  public HostRecord seen(Instant at, String ip, HostStatus now) {
    return new HostRecord(id, registration, wish, reclaimed, ip, joined, at, Optional.of(now));
  }
}
