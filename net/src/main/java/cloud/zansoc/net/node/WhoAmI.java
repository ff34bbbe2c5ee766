package cloud.zansoc.net.node;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.PeerId;
import java.util.Optional;

/**
 * What the hub knows of the caller: GET /v1/whoami.
 *
 * @param tenant whose buckets it uses; none for a host
 * @param quota of the tenant; none where it is unlimited
 * @param used by the tenant
 */
public record WhoAmI(
    PeerId id,
    String name,
    Role role,
    Optional<String> tenant,
    Optional<ByteSize> quota,
    ByteSize used) {}
