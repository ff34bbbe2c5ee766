package cloud.zansoc.compute.api;

import java.time.Instant;
import java.util.Optional;

/**
 * What a hub wants of a host for one instance, from now on: not a step, but the state to be in. The
 * host keeps it durably before it answers, and does by itself whatever leads there. The same order
 * again changes nothing; one of an older generation or revision is refused with CONFLICT.
 *
 * @param generation counted up each time the instance moves to another host: of two hosts that have
 *     it, the one with the lower number must not run it
 * @param revision counted up with each change of this order within a generation
 * @param paidUntil the host stops the instance then, whether or not it hears from its hub
 * @param keepUntil how long the host keeps its data after that, and while stopped
 * @param network its place in the deployment's private network, if it has one
 */
public record InstanceOrder(
    InstanceSpec spec,
    long generation,
    long revision,
    Wanted wanted,
    Instant paidUntil,
    Instant keepUntil,
    Optional<PrivateNetwork> network) {
  /** The state to be in. */
  public enum Wanted {
    RUNNING,
    /** Not running; its data are kept. */
    STOPPED,
    /** Gone, with all that it left on the host. Volumes are snapshotted before, if they can be. */
    REMOVED
  }
}
