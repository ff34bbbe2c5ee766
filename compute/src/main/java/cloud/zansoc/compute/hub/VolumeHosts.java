package cloud.zansoc.compute.hub;

import cloud.zansoc.base.PeerId;

/** The hosts that have volumes. */
public interface VolumeHosts {
  /** A host's name, for people. */
  String name(PeerId host);

  /**
   * Has a host take a snapshot now, and waits for it.
   *
   * @param keep whether it stays until it is removed by hand
   * @throws cloud.zansoc.base.ZansocException UNREACHABLE, TIMED_OUT, or what the host says
   */
  void snapshot(PeerId host, String volume, boolean keep);
}
