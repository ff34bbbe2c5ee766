package cloud.zansoc.net.control;

import cloud.zansoc.base.PeerId;

/** Told by the hub's peer server which hosts are there. Called on virtual threads. */
public interface HostLinkListener {
  /** Whether this peer may keep a control connection: an enrolled host that has not left. */
  boolean admits(PeerId host);

  /** Whether this peer may use the relay to reach {@code host}. */
  boolean mayRelay(PeerId client, PeerId host);

  /** A host is connected. A newer link of the same host replaces the older. */
  void connected(HostLink link);

  /** A host's connection is gone. */
  void disconnected(HostLink link);
}
