package cloud.zansoc.compute.api;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import java.time.Instant;
import java.util.Optional;

/**
 * An instance as its client sees it: GET /v1/instances.
 *
 * @param name within its deployment: web-1
 * @param reason why it is in this state, for people; empty where there is nothing to say
 * @param since when it came into this state
 * @param place where it runs or is to run; none while no host is found
 * @param address in the deployment's private network; none where it has none
 * @param generation on how many hosts it was put so far
 * @param perHour at the place's prices
 * @param paidUntil none before its first lease is open
 * @param keptUntil when it is stopped: its data are removed then
 * @param status as its host said last
 */
public record InstanceView(
    InstanceId id,
    String name,
    String deployment,
    String service,
    InstanceSize size,
    State state,
    String reason,
    Instant since,
    Optional<Place> place,
    Optional<String> address,
    long generation,
    Money perHour,
    Optional<Instant> paidUntil,
    Optional<Instant> keptUntil,
    Optional<InstanceStatus> status) {
  /** A host. */
  public record Place(PeerId host, String hostName, String network) {}

  /** Where an instance is, from hub and host together. */
  public enum State {
    /** No host is found for it: the hub goes on looking. */
    WAITING,
    /** A host is found, and its lease is being opened. */
    LEASING,
    /** Its host has been told, and has not answered yet. */
    ORDERED,
    /** Its image or volumes are being fetched. */
    PREPARING,
    STARTING,
    RUNNING,
    /** Its command ended, and it will be started again. */
    RESTARTING,
    /** Its command ended for good. */
    EXITED,
    STOPPED,
    /** It cannot be run. */
    FAILED,
    /** Its host is silent: it is moved if that lasts. */
    SILENT,
    REMOVING
  }

  /** Whether it serves. */
  public boolean isReady() {
    return state == State.RUNNING && status.filter(InstanceStatus::isReachable).isPresent();
  }
}
