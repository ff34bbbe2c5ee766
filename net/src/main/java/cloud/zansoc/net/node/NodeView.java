package cloud.zansoc.net.node;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.HostAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node as the dashboard and {@code zansoc node} show it: GET /v1/nodes.
 *
 * @param reclaimed from when on its owner has the machine back, and no instance runs there; none
 *     where that was not asked for
 */
public record NodeView(
    PeerId id,
    String name,
    State state,
    Optional<Instant> reclaimed,
    List<String> roles,
    String version,
    Optional<HostAddress> address,
    String externalIp,
    Money pricePerTbMonth,
    ByteSize capacity,
    Map<String, String> labels,
    MachineReport machine,
    Optional<HostStatus> status,
    Instant joined,
    Instant lastSeen) {
  public NodeView {
    roles = List.copyOf(roles);
    labels = Map.copyOf(labels);
  }

  /** A host's state, as its hub sees it. */
  public enum State {
    /** Connected and taking blocks. */
    READY,
    /** Connected, serving what it has, taking nothing new: paused, out of schedule or full. */
    PAUSED,
    /** Its blocks are being moved to other hosts; it leaves when none is left. */
    DRAINING,
    /** Its heartbeats stopped a short while ago; its blocks count as there. */
    OFFLINE,
    /** Gone for so long that its blocks are being restored elsewhere. */
    LOST,
    /** Left the network. */
    LEFT
  }
}
