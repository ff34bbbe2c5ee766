package cloud.zansoc.compute.hub;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a client gets back for the time in which its host was away: the lease's price for that time,
 * and at most a tenth of what the lease has cost. That tenth is the provider's commission, so that
 * nobody can earn by being client and host at once. docs/decisions/0020-usage-and-compensation.md.
 */
public final class Compensation {
  /** A tenth, which is the commission. */
  static final int PART = 10;

  private Compensation() {}

  /** What comes of a lease that is closed. */
  static Lease.Settled settled(Lease lease, LeasePayments.Charge charge) {
    long down = Math.min(downtimeSeconds(lease, charge.end()), charge.seconds());
    BigInteger cost = new BigInteger(charge.units());
    BigInteger lost = rate(lease).multiply(BigInteger.valueOf(down));
    return new Lease.Settled(
        charge, down, lost.min(cost.divide(BigInteger.valueOf(PART))).toString());
  }

  /** What a closed lease owes its client; none where it is nothing. */
  public static Optional<ComputeStore.Owed> owed(Deployment deployment, Lease lease) {
    return lease
        .payment()
        .settled()
        .filter(settled -> !settled.compensationUnits().equals("0"))
        .flatMap(settled ->
            deployment
                .account()
                .map(account ->
                    new ComputeStore.Owed(
                        lease.instance(),
                        lease.number(),
                        account,
                        settled.compensationUnits(),
                        0,
                        false)));
  }

  /** Seconds until then in which the host was away, or did not do what it was paid for. */
  static long downtimeSeconds(Lease lease, Instant end) {
    Lease.Observed observed = lease.observed();
    long away =
        observed.downtimeSeconds()
            + observed.downSince().map(since -> seconds(since, end)).orElse(0L);
    long leased = lease.payment().opened().map(from -> seconds(from, end)).orElse(0L);
    return lease.payment().reason() == CloseReasons.BROKEN_TERMS
        ? Math.max(away, leased - observed.meteredSeconds())
        : away;
  }

  static BigInteger rate(Lease lease) {
    return lease
        .terms()
        .offer()
        .map(its -> new BigInteger(its.unitsPerSecond()))
        .orElse(BigInteger.ZERO);
  }

  /** What some leases cost a second together, in units. */
  static BigInteger rate(List<Lease> leases) {
    return leases.stream().map(Compensation::rate).reduce(BigInteger.ZERO, BigInteger::add);
  }

  static long seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toSeconds());
  }
}
