package cloud.zansoc.compute.api;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import java.time.Instant;
import java.util.Optional;

/**
 * What a hub asks a host: to sign what an instance has used so far. The same request again gives
 * the same receipt. docs/format/usage-receipt.md says what the parts mean.
 *
 * @param lease its number among the instance's
 * @param onChain the same lease on the ledger; none where there is no ledger
 * @param number of the receipt
 * @param downtimeSeconds in which the hub did not hear the host, since {@code since}
 */
public record UsageRequest(
    InstanceId instance,
    long generation,
    long lease,
    Optional<Digest> onChain,
    long number,
    Instant since,
    Instant until,
    long downtimeSeconds) {}
