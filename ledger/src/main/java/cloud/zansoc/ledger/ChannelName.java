package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;

/**
 * Which channel of vouchers it is.
 *
 * @param reference any 32 bytes that client and host agree on: a lease's id, or a hash
 */
public record ChannelName(AccountId client, AccountId host, Digest reference) {}
