package cloud.zansoc.hub.registry;

import cloud.zansoc.base.ByteSize;
import java.time.Instant;
import java.util.Optional;

/**
 * Who owns buckets.
 *
 * @param id constant, drawn by the hub
 * @param quota how much it may store; none for no limit
 */
public record Tenant(String id, String name, Optional<ByteSize> quota, Instant created) {}
