package cloud.zansoc.storage.api;

import java.time.Instant;
import java.util.Optional;

/**
 * A share of one version: the id is a random 128-bit number in base 32, and is all that the hub
 * knows.
 */
public record ShareView(
    String id,
    String bucket,
    String key,
    String versionId,
    Instant created,
    Optional<Instant> expires,
    boolean revoked) {}
