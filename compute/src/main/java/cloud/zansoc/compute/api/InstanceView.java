package cloud.zansoc.compute.api;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import java.time.Instant;
import java.util.Optional;

/**
 * An instance as its owner sees it: GET /v1/instances.
 *
 * @param host where it is, or will be; none while it has no place
 * @param generation how many leases it has had
 * @param lease on the chain; none where there is no ledger
 * @param perHour what its host asks for
 * @param runwaySeconds how long it is still paid for
 * @param status what its host saw last
 * @param reachable whether connections to it may succeed
 */
public record InstanceView(
    InstanceId id,
    String name,
    String deployment,
    String service,
    State state,
    InstanceSize size,
    Optional<PeerId> host,
    String hostName,
    long generation,
    Optional<Digest> lease,
    Money perHour,
    Optional<Instant> paidUntil,
    long runwaySeconds,
    Optional<InstanceStatus> status,
    boolean reachable) {
  /** Where an instance is on its way, as the hub sees it. */
  public enum State {
    /** No host that fits has room, or the last attempt failed: the hub goes on trying. */
    WAITING,
    /** A host is reserved, and asked for its offer. */
    PLACING,
    /** The lease waits for the chain. */
    FUNDING,
    /** The host has the order, and does not run it yet. */
    STARTING,
    RUNNING,
    /** Its host is silent. */
    SUSPECTED,
    /** It is being moved to another host. */
    MOVING,
    /** As its owner wished; its data are kept for a while. */
    STOPPED,
    /** Being removed. */
    REMOVING
  }
}
