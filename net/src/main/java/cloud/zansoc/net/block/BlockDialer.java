package cloud.zansoc.net.block;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.HostAddress;
import java.util.Optional;

/**
 * Opens connections to hosts: directly where the host can be reached, else through its hub's relay.
 */
public interface BlockDialer extends AutoCloseable {
  /**
   * A kept connection to {@code host}; a second call gives the same one while it is open.
   *
   * @param direct where the host says it listens, if it does
   * @param relay the hub whose control connection reaches the host
   * @throws cloud.zansoc.base.ZansocException UNREACHABLE, TIMED_OUT, PEER_ID_MISMATCH
   */
  BlockConnection connect(PeerId host, Optional<HostAddress> direct, Relay relay);

  /** A hub's peer port and the id it must prove. */
  record Relay(PeerId hub, HostAddress address) {}

  /** Closes every connection. */
  @Override
  void close();
}
