package cloud.zansoc.host.join;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.net.node.AdmissionRefusal;

/** What came of joining. */
public sealed interface JoinResult {
  /**
   * The machine is a host.
   *
   * @param serviceStarted a systemd service runs the agent; else the caller runs it
   */
  record Joined(PeerId host, HostConfiguration configuration, boolean serviceStarted)
      implements JoinResult {}

  /** The machine falls short; nothing was registered. */
  record Refused(AdmissionRefusal refusal) implements JoinResult {}
}
