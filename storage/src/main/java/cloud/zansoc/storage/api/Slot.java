package cloud.zansoc.storage.api;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.HostAddress;
import java.util.Optional;

/**
 * One position of a segment and the host it lies on.
 *
 * @param position 0 to n-1
 * @param direct where the host listens, if it can be reached
 * @param permit an encoded Permit.Signed for the caller
 */
public record Slot(
    int position, PeerId host, String hostName, Optional<HostAddress> direct, byte[] permit) {}
