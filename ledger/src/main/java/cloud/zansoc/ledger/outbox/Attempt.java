package cloud.zansoc.ledger.outbox;

import java.time.Instant;

/**
 * A signed transaction. Those of one nonce differ in their fees only.
 *
 * @param hash its hash, as 0x and digits
 * @param raw its bytes as they are sent, as 0x and digits
 * @param signed when it was
 */
public record Attempt(String hash, String raw, Fees fees, Instant signed) {}
