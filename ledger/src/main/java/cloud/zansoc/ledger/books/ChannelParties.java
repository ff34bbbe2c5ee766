package cloud.zansoc.ledger.books;

import cloud.zansoc.ledger.AccountId;

/** Who a channel of vouchers belongs to. Its id is a digest of both, so that this never changes. */
public record ChannelParties(AccountId client, AccountId host) {}
