package cloud.zansoc.ledger;

import java.time.Instant;

/**
 * What an agent may do; all zero once it is revoked.
 *
 * @param budget all that it may use, from the first grant on; below 2^96 units
 * @param mostRate of all its leases together, for one second; below 2^96 units
 * @param expiry the last second in which it may open and top up
 */
public record MandateTerms(Amount budget, Amount mostRate, Instant expiry) {
  static final MandateTerms REVOKED = new MandateTerms(Amount.ZERO, Amount.ZERO, Instant.EPOCH);

  private static final int BITS = 96;

  /** Refuses what the contract has no room for. */
  public MandateTerms {
    if (budget.units().bitLength() > BITS || mostRate.units().bitLength() > BITS) {
      throw new IllegalArgumentException(
          "a budget and a rate are below 2^96 units, not %s and %s".formatted(budget, mostRate));
    }
    if (expiry.getNano() != 0 || expiry.getEpochSecond() < 0) {
      throw new IllegalArgumentException(
          "a mandate expires at a whole second after 1970: " + expiry);
    }
  }
}
