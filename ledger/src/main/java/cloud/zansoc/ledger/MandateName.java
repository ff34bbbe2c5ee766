package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;

/**
 * Whose mandate it is, for whom and for what.
 *
 * @param agent who may open leases
 * @param deployment chosen by the client: what the leases are for
 */
public record MandateName(AccountId client, AccountId agent, Digest deployment) {}
