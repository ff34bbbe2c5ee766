package cloud.zansoc.hub.endpoint;

import cloud.zansoc.base.Digest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps reservations durably. Those of deployments that are removed count for nothing. Every method
 * is one transaction, which has happened when it returns. Thread-safe.
 */
public interface EndpointStore {
  /**
   * Reserves for a deployment; one that it has already stays as it is.
   *
   * @param labels the first that is free is taken
   * @return what it has now
   * @throws cloud.zansoc.base.ZansocException CONFLICT where one of the ports, or every label, is
   *     another deployment's; nothing is reserved then
   */
  Reservation reserve(Digest deployment, List<String> labels, List<Reservation.Port> ports);

  /** What a deployment has. */
  Optional<Reservation> find(Digest deployment);

  /** The ports at the hub that are reserved. */
  Set<Integer> taken();

  /** A deployment has nothing any more. */
  void release(Digest deployment);

  /** Forgets what is reserved for deployments that the hub does not keep; at its start only. */
  void sweep();
}
