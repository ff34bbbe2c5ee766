package cloud.zansoc.ledger;

/**
 * A mandate as it is now.
 *
 * @param used what the agent prepaid for its open leases, and what its closed ones have cost
 * @param rate sum of the rates of its leases that are not closed, lapsed ones included
 */
public record Mandate(MandateName name, MandateTerms terms, Amount used, Amount rate) {
  /** What may still be used; the client's balance may be less. */
  public Amount left() {
    return terms.budget().compareTo(used) > 0 ? terms.budget().minus(used) : Amount.ZERO;
  }

  /** Whether the client has ended it. */
  public boolean isRevoked() {
    return terms.equals(MandateTerms.REVOKED);
  }
}
