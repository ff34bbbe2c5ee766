package cloud.zansoc.storage.hub;

import cloud.zansoc.base.PeerId;
import java.util.List;
import java.util.Optional;

/**
 * The registry of hosts, as storage needs it. All methods answer from memory, since a reservation
 * asks for each segment. Thread-safe.
 */
public interface HostDirectory {
  /** Every host that ever enrolled, in no order. */
  List<StorageHost> hosts();

  /** One host, also one that left. */
  Optional<StorageHost> host(PeerId id);

  /** Whether the hub started so recently that hosts may still be on their way back to it. */
  boolean isGathering();
}
