package cloud.zansoc.compute.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.NodeView;
import java.util.Map;

/**
 * A host as matching sees it, at one moment.
 *
 * @param state as the registry has it; only READY hosts get new instances
 * @param network hosts of one network fail together, as storage has it
 * @param offer what it lends, from its last heartbeat
 * @param reputation 0 (never choose it) to 1
 * @param free what it lends, less what the hub has promised of it
 */
public record ComputeHost(
    PeerId id,
    String name,
    NodeView.State state,
    String network,
    Map<String, String> labels,
    ComputeOffer offer,
    double reputation,
    ComputeOffer.Capacity free) {
  public ComputeHost {
    labels = Map.copyOf(labels);
  }
}
