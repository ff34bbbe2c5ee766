package cloud.zansoc.compute.api;

import cloud.zansoc.base.Digest;
import java.time.Instant;

/**
 * A lease's offer as its host signed it: the ledger's SignedOffer, as text.
 *
 * @param lease the id that a lease on it has
 * @param host the account that is paid
 * @param client the account that pays
 * @param unitsPerSecond units of 10^-18 coins
 * @param resources SHA-256 of what is leased
 * @param signature r and vs in hexadecimal, as in EIP-2098
 */
public record HostOffer(
    String ledger,
    Digest lease,
    String host,
    String client,
    String unitsPerSecond,
    Instant expiry,
    Digest resources,
    Digest nonce,
    String signature) {}
