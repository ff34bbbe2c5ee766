package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * A lease from its opening on.
 *
 * @param start when it was opened
 * @param resources SHA-256 of the description of what is leased
 * @param open what it is now; empty once it is closed
 */
public record LeaseRecord(
    LeaseId id,
    AccountId client,
    AccountId host,
    Amount rate,
    Instant start,
    Digest resources,
    Optional<Lease> open) {}
