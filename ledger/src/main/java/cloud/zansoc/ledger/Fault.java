package cloud.zansoc.ledger;

/**
 * What calling a fault has done.
 *
 * @param refund the price of the periods, to the client
 * @param slashed what the host has lost of its stake, as far as it had that much
 * @param bounty the tenth of it that is the caller's; the rest is the client's
 */
public record Fault(long firstPeriod, long periods, Amount refund, Amount slashed, Amount bounty) {}
