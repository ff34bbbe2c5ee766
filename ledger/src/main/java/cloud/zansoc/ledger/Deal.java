package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;

/**
 * A storage deal. Each of its periods is proven, faulted, or given back by ending it early.
 *
 * @param price for one period, commission included
 * @param penalty what the host forfeits for one that it does not prove
 * @param next the first period that is neither proven nor faulted
 * @param end the first period that is no longer part of it
 */
public record Deal(
    DealId id,
    AccountId client,
    AccountId host,
    Digest root,
    long leaves,
    int samples,
    Amount price,
    Amount penalty,
    long next,
    long end) {
  /** True where no period is left. */
  public boolean isOver() {
    return next == end;
  }

  /** True where the host has to prove in this period. */
  public boolean isDue(long current) {
    return next == current && !isOver();
  }

  /** How many periods passed unproven and can be faulted. */
  public long overdue(long current) {
    return Math.max(0, Math.min(current, end) - next);
  }

  /** What the client has prepaid for periods that are open. */
  public Amount prepaid() {
    return price.times(end - next);
  }

  Deal upTo(long newNext, long newEnd) {
    return new Deal(id, client, host, root, leaves, samples, price, penalty, newNext, newEnd);
  }
}
