package cloud.zansoc.net.node;

import java.time.Instant;
import java.util.Optional;

/**
 * Lets the holder of an SSH key reach the tenant's instances.
 *
 * @param key a line as in id_ed25519.pub: type, base 64, comment
 * @param expires when it no longer counts; none: never
 */
public record KeyRegistration(String key, Optional<Instant> expires) {}
