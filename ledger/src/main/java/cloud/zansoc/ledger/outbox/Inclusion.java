package cloud.zansoc.ledger.outbox;

import java.util.Optional;

/**
 * That a transaction is in a block.
 *
 * @param hash which of those that were signed for the nonce
 * @param block the block's height
 * @param failure why it has done nothing; empty: it has done what it says
 */
public record Inclusion(String hash, long block, Optional<String> failure) {}
