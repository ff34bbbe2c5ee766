package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.compute.api.HostOffer;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Payments by the escrow's rules, in memory. What is asked for waits until {@link #mine}; a mandate
 * that does not allow it makes it refused.
 */
public final class MemoryLeasePayments implements LeasePayments {
  private final Clock clock;
  private final Map<String, Asked> asked = new LinkedHashMap<>();
  private final Map<Digest, Open> open = new HashMap<>();
  private final Map<Digest, BigInteger> mandates = new HashMap<>();
  private final Map<Digest, BigInteger> mostRates = new HashMap<>();
  private BigInteger deposited = BigInteger.ZERO;
  private BigInteger paid = BigInteger.ZERO;
  private BigInteger refunded = BigInteger.ZERO;
  private BigInteger compensated = BigInteger.ZERO;
  private BigInteger purse = BigInteger.ZERO;
  private final Map<Digest, Charge> charges = new HashMap<>();
  private final Map<Digest, Instant> settledUntil = new HashMap<>();
  private int opened;

  public MemoryLeasePayments(Clock clock) {
    this.clock = clock;
  }

  private static final class Asked {
    private final Runnable work;
    private Progress progress = new Progress.Waiting();

    Asked(Runnable work) {
      this.work = work;
    }
  }

  private static final class Open {
    private final Digest mandate;
    private final BigInteger rate;
    private final Instant start;
    private Instant paidUntil;

    Open(Digest mandate, BigInteger rate, Instant start, Instant paidUntil) {
      this.mandate = mandate;
      this.rate = rate;
      this.start = start;
      this.paidUntil = paidUntil;
    }
  }

  private static final class RefusedOnChain extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedOnChain(String reason) {
      super(reason);
    }
  }

  /** A client's mandate for a deployment, of so many units. */
  public synchronized void allow(Digest deployment, BigInteger units) {
    mandates.merge(deployment, units, BigInteger::add);
  }

  /** All open leases of a deployment together cost no more units a second. */
  public synchronized void limit(Digest deployment, BigInteger unitsPerSecond) {
    mostRates.put(deployment, unitsPerSecond);
  }

  private BigInteger mostRate(Digest deployment) {
    return mostRates.getOrDefault(deployment, BigInteger.TEN.pow(12));
  }

  /** The chain makes a block: all that waits happens, or is refused. */
  public synchronized void mine() {
    for (Asked each : List.copyOf(asked.values())) {
      if (each.progress instanceof Progress.Waiting) {
        try {
          each.work.run();
          each.progress = new Progress.Done();
        } catch (RefusedOnChain e) {
          each.progress = new Progress.Refused(String.valueOf(e.getMessage()));
        }
      }
    }
  }

  @Override
  public synchronized void open(
      String key, String client, Digest deployment, List<HostOffer> offers, Duration duration) {
    asked.putIfAbsent(key, new Asked(() -> openNow(deployment, offers, duration)));
  }

  private void openNow(Digest deployment, List<HostOffer> offers, Duration duration) {
    BigInteger sum = BigInteger.ZERO;
    BigInteger rate =
        open.values().stream()
            .filter(its -> its.mandate.equals(deployment))
            .map(its -> its.rate)
            .reduce(BigInteger.ZERO, BigInteger::add);
    for (HostOffer offer : offers) {
      rate = rate.add(new BigInteger(offer.unitsPerSecond()));
      if (offer.expiry().isBefore(clock.instant())) {
        throw new RefusedOnChain("the offer has expired");
      }
      if (open.containsKey(offer.lease())) {
        throw new RefusedOnChain("the offer is used");
      }
      sum = sum.add(cost(new BigInteger(offer.unitsPerSecond()), duration));
    }
    if (rate.compareTo(mostRate(deployment)) > 0) {
      throw new RefusedOnChain("the mandate allows less a second");
    }
    spend(deployment, sum);
    for (HostOffer offer : offers) {
      Instant now = clock.instant();
      open.put(
          offer.lease(),
          new Open(deployment, new BigInteger(offer.unitsPerSecond()), now, now.plus(duration)));
      opened++;
    }
  }

  private static BigInteger cost(BigInteger rate, Duration duration) {
    return rate.multiply(BigInteger.valueOf(duration.toSeconds()));
  }

  private void spend(Digest deployment, BigInteger units) {
    BigInteger left = mandates.getOrDefault(deployment, BigInteger.ZERO).subtract(units);
    if (left.signum() < 0) {
      throw new RefusedOnChain("the mandate is spent");
    }
    mandates.put(deployment, left);
    deposited = deposited.add(units);
  }

  @Override
  public synchronized void topUp(String key, Digest lease, Duration duration) {
    asked.putIfAbsent(
        key,
        new Asked(() -> {
          Open its = open.get(lease);
          if (its == null || !its.paidUntil.isAfter(clock.instant())) {
            throw new RefusedOnChain("the lease is not open");
          }
          spend(its.mandate, cost(its.rate, duration));
          its.paidUntil = its.paidUntil.plus(duration);
        }));
  }

  @Override
  public synchronized void close(String key, Digest lease, int reason) {
    asked.putIfAbsent(
        key,
        new Asked(() -> {
          Open its = open.remove(lease);
          if (its == null) {
            throw new RefusedOnChain("the lease is not open");
          }
          Instant end = its.paidUntil.isBefore(clock.instant()) ? its.paidUntil : clock.instant();
          charges.put(lease, charge(its, end));
          paid = paid.add(cost(its.rate, Duration.between(its.start, end)));
          BigInteger rest = cost(its.rate, Duration.between(end, its.paidUntil));
          refunded = refunded.add(rest);
          mandates.merge(its.mandate, rest, BigInteger::add);
        }));
  }

  private static Charge charge(Open its, Instant end) {
    Duration time = Duration.between(its.start, end);
    return new Charge(its.start, time.toSeconds(), cost(its.rate, time).toString());
  }

  @Override
  public synchronized void settle(Map<String, Digest> leases) {
    leases.forEach((key, lease) ->
        asked.putIfAbsent(
            key,
            new Asked(() -> {
              if (open.containsKey(lease)) {
                settledUntil.put(lease, clock.instant());
              }
            })));
  }

  /** Until when a lease is settled; none where it was not before its end. */
  public synchronized Optional<Instant> settledUntil(Digest lease) {
    return Optional.ofNullable(settledUntil.get(lease));
  }

  /** What the hub has to compensate clients from. */
  public synchronized void fund(BigInteger units) {
    purse = purse.add(units);
  }

  @Override
  public synchronized void compensate(String key, String client, String units) {
    BigInteger amount = new BigInteger(units);
    asked.putIfAbsent(
        key,
        new Asked(() -> {
          if (purse.compareTo(amount) < 0) {
            throw new RefusedOnChain("the hub has too little");
          }
          purse = purse.subtract(amount);
          compensated = compensated.add(amount);
        }));
  }

  /** What clients have got back for downtime. */
  public synchronized BigInteger compensated() {
    return compensated;
  }

  @Override
  public synchronized Optional<Charge> charge(Digest lease) {
    return Optional.ofNullable(charges.get(lease))
        .or(() -> Optional.ofNullable(open.get(lease)).map(its -> charge(its, its.start)));
  }

  @Override
  public synchronized Progress progress(String key) {
    Asked its = asked.get(key);
    return its == null ? new Progress.Unknown() : its.progress;
  }

  @Override
  public synchronized Optional<OpenLease> lease(Digest lease) {
    return Optional.ofNullable(open.get(lease))
        .map(its -> new OpenLease(lease, its.paidUntil, its.rate.toString()));
  }

  @Override
  public synchronized Optional<Mandate> mandate(String client, Digest deployment) {
    return Optional.ofNullable(mandates.get(deployment))
        .map(left ->
            new Mandate(
                left.toString(),
                mostRate(deployment).toString(),
                clock.instant().plus(Duration.ofDays(1))));
  }

  /** The leases that are open. */
  public synchronized List<Digest> openLeases() {
    return new ArrayList<>(open.keySet());
  }

  /** How many leases were opened ever. */
  public synchronized int openedEver() {
    return opened;
  }

  /** Units deposited in leases that hosts or clients have not got back: 0 when none is open. */
  public synchronized BigInteger held() {
    return deposited.subtract(paid).subtract(refunded);
  }

  /** Units paid to hosts. */
  public synchronized BigInteger paid() {
    return paid;
  }
}
