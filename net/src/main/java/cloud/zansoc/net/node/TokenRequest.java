package cloud.zansoc.net.node;

import java.util.Optional;

/**
 * Asks for a join token: POST /v1/tokens, by an operator.
 *
 * @param role what who joins with it becomes
 * @param tenant an existing tenant that clients join; none gives each client a tenant of its own
 * @param lifeSeconds how long it is valid; none for the hub's default
 * @param uses how many may join with it; none for one client or any number of hosts
 * @param note for people
 */
public record TokenRequest(
    Role role,
    Optional<String> tenant,
    Optional<Long> lifeSeconds,
    Optional<Integer> uses,
    String note) {}
