package cloud.zansoc.net.node;

import java.time.Instant;
import java.util.Optional;

/**
 * An SSH key that reaches the tenant's instances.
 *
 * @param fingerprint as ssh-keygen -l shows it: SHA256:…
 * @param type such as ssh-ed25519
 * @param comment as it was on the key's line; may be empty
 * @param expires when it no longer counts; none: never
 */
public record KeyView(
    String fingerprint, String type, String comment, Instant added, Optional<Instant> expires) {}
