package cloud.zansoc.compute.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.NodeView;
import java.util.Map;

/**
 * A host as matching sees it, at one moment.
 *
 * @param state only READY hosts get new instances
 * @param network hosts of one network fail together: storage's StorageHost says how it is made
 * @param offer what it says that it lends
 * @param free what can still be promised, as the hub counts: never more than the offer says
 * @param reputation 0 (never choose it) to 1
 */
public record ComputeHost(
    PeerId id,
    String name,
    NodeView.State state,
    String network,
    Map<String, String> labels,
    ComputeOffer offer,
    ComputeOffer.Capacity free,
    double reputation) {
  /** The label by which hosts name their region. */
  public static final String REGION = "region";

  public ComputeHost {
    labels = Map.copyOf(labels);
    if (!(reputation >= 0 && reputation <= 1)) {
      throw new IllegalArgumentException("a reputation is 0 to 1, not " + reputation);
    }
  }

  /** The same with something else free of it. */
  public ComputeHost withFree(ComputeOffer.Capacity other) {
    return new ComputeHost(id, name, state, network, labels, offer, other, reputation);
  }

  /** The same in another state. */
  public ComputeHost withState(NodeView.State other) {
    return new ComputeHost(id, name, other, network, labels, offer, free, reputation);
  }

  /** The same with another reputation. */
  public ComputeHost withReputation(double other) {
    return new ComputeHost(id, name, state, network, labels, offer, free, other);
  }

  /** Its region; empty where it names none. */
  public String region() {
    return labels.getOrDefault(REGION, "");
  }
}
