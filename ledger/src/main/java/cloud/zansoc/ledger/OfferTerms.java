package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/** An {@link Offer} that has no rate yet; its parts are the offer's. */
public record OfferTerms(
    AccountId host,
    Optional<AccountId> client,
    Instant expiry,
    Digest resources,
    BigInteger nonce) {
  /** The offer at a rate. */
  Offer at(Amount rate) {
    return new Offer(host, client, rate, expiry, resources, nonce);
  }
}
