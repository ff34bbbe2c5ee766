package cloud.zansoc.net.node;

import java.time.Instant;
import java.util.Optional;

/**
 * A join token as an operator sees it: GET /v1/tokens. The secret is not in it.
 *
 * @param id names the token; says nothing about the secret
 * @param maxUses how many may join with it; none for any number
 * @param uses how many did
 */
public record TokenView(
    String id,
    Role role,
    Optional<String> tenant,
    Instant created,
    Instant expires,
    Optional<Integer> maxUses,
    int uses,
    boolean revoked,
    String note) {}
