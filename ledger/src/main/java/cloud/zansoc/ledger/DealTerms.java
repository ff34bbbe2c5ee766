package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * What a host signs: that it proves to have some data in each of a number of periods.
 *
 * @param client who may take it; empty: anyone
 * @param root of the data's {@link PossessionTree}
 * @param leaves of the data, of 32 bytes each
 * @param samples how many leaves are asked for in a period, below 2^8
 * @param periods below 2^32
 * @param price for one period, commission included, below 2^96 units
 * @param penalty what the host forfeits of its stake for one that it does not prove, below 2^96
 *     units
 * @param expiry the last second in which they can be taken
 * @param nonce tells equal terms apart, below 2^256
 */
public record DealTerms(
    AccountId host,
    Optional<AccountId> client,
    Digest root,
    long leaves,
    int samples,
    long periods,
    Amount price,
    Amount penalty,
    Instant expiry,
    BigInteger nonce) {
  private static final int MOST_SAMPLES = 32;

  /** Refuses what the signed form has no room for. */
  public DealTerms {
    boolean countsFit = leaves >= 0 && samples >>> 8 == 0 && periods >>> 32 == 0;
    boolean amountsFit = price.units().bitLength() <= 96 && penalty.units().bitLength() <= 96;
    boolean nonceFits = nonce.signum() >= 0 && nonce.bitLength() <= 256;
    if (!countsFit || !amountsFit || !nonceFits) {
      throw new IllegalArgumentException(
          "terms have up to 2^63 leaves, 2^8 samples, 2^32 periods, a price and penalty below 2^96"
              + " and a nonce below 2^256");
    }
    if (expiry.getNano() != 0 || expiry.getEpochSecond() < 0) {
      throw new IllegalArgumentException("terms expire at a whole second after 1970: " + expiry);
    }
    if (client.filter(AccountId.NOBODY::equals).isPresent()) {
      throw new IllegalArgumentException("terms for anyone name no client");
    }
  }

  /** True where the ledger can take these terms at all. */
  boolean canBeProven() {
    return leaves > 0
        && PossessionTree.depth(leaves) <= PossessionTree.MAX_DEPTH
        && samples > 0
        && samples <= MOST_SAMPLES
        && periods > 0
        && !price.isZero();
  }
}
