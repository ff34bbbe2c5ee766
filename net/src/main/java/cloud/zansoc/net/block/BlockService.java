package cloud.zansoc.net.block;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.codec.format.Permit;

/** What a host serves: the transport calls it once for each permit that a connection presents. */
public interface BlockService {
  /**
   * Checks a permit.
   *
   * @param client the peer that the TLS connection proved
   * @throws cloud.zansoc.base.ZansocException PERMIT_INVALID, PERMIT_EXPIRED, CLOCK_SKEW,
   *     HOST_PAUSED
   */
  BlockAccess open(PeerId client, Permit.Signed permit);
}
