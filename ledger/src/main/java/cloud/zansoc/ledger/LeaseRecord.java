package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * A lease from its opening on.
 *
 * @param start when it was opened
 * @param resources SHA-256 of the description of what is leased
 * @param deployment what it belongs to, as whoever opened it said; all zero: nothing
 * @param agent who opened it from a mandate of the client; empty: the client itself
 * @param open what it is now; empty once it is closed
 */
public record LeaseRecord(
    LeaseId id,
    AccountId client,
    AccountId host,
    Amount rate,
    Instant start,
    Digest resources,
    Digest deployment,
    Optional<AccountId> agent,
    Optional<Lease> open) {}
