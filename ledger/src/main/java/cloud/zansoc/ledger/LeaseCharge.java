package cloud.zansoc.ledger;

import java.time.Instant;

/**
 * What a lease has cost.
 *
 * @param start when it was opened
 * @param until when it was settled last; its end, once it is closed
 * @param paid to host and provider
 */
public record LeaseCharge(Instant start, Instant until, Payment paid) {}
