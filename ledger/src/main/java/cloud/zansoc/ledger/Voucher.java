package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;

/**
 * What a client signs, as it uses more and more: all that it owes on a channel since the beginning.
 * Who signed it is the channel's client.
 *
 * @param total never less than in vouchers before, and worth only what it is above what was paid
 */
public record Voucher(AccountId host, Digest reference, Amount total) {}
