package cloud.zansoc.compute.api;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Money;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A deployment as its owner sees it: GET /v1/deployments.
 *
 * @param spec with the names of its secrets, and without their values
 * @param ends when its duration is over
 * @param wanted instances that shall run
 * @param placed of them, how many have a host and are paid
 * @param running as their hosts say
 * @param reachable running, and not unhealthy
 * @param perHour of all open leases
 * @param runwaySeconds how long all of it is still paid for, the mandate included; none where there
 *     is no ledger
 * @param warning what its owner should do something about; empty where there is nothing
 * @param events the newest last; empty in lists
 */
public record DeploymentView(
    Digest id,
    DeploymentSpec spec,
    State state,
    Optional<String> account,
    Instant created,
    Optional<Instant> ends,
    int wanted,
    int placed,
    int running,
    int reachable,
    Money perHour,
    Optional<Long> runwaySeconds,
    String warning,
    Bill bill,
    List<InstanceView> instances,
    List<DeploymentEvent> events) {
  public DeploymentView {
    instances = List.copyOf(instances);
    events = List.copyOf(events);
  }

  /** What the hub does with a deployment. */
  public enum State {
    /** Keeps it running. */
    ACTIVE,
    /** Removes it. */
    REMOVING,
    /** Nothing of it is left but its bill. */
    REMOVED
  }
}
