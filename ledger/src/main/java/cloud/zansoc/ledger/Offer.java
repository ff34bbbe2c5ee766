package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * What a host signs: that it leases something at a rate, to one client or to whoever comes first.
 *
 * @param client who may take it; empty: anyone
 * @param rate for one second, below 2^96 units; the ledger refuses zero and what is no multiple of
 *     ten units
 * @param expiry the last second in which it can be taken
 * @param resources SHA-256 of the description of what is leased
 * @param nonce tells equal offers apart, below 2^256
 */
public record Offer(
    AccountId host,
    Optional<AccountId> client,
    Amount rate,
    Instant expiry,
    Digest resources,
    BigInteger nonce) {
  /** What a rate's units fit into. */
  public static final int RATE_BITS = 96;

  /** Refuses what the signed form has no room for. */
  public Offer {
    if (rate.units().bitLength() > RATE_BITS) {
      throw new IllegalArgumentException("a rate is below 2^96 units a second, not " + rate);
    }
    if (expiry.getNano() != 0 || expiry.getEpochSecond() < 0) {
      throw new IllegalArgumentException(
          "an offer expires at a whole second after 1970: " + expiry);
    }
    if (nonce.signum() < 0 || nonce.bitLength() > 256) {
      throw new IllegalArgumentException("a nonce is 0 to 2^256 - 1, not " + nonce);
    }
    if (client.filter(AccountId.NOBODY::equals).isPresent()) {
      throw new IllegalArgumentException("an offer for anyone names no client");
    }
  }
}
