package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Money;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.Bill;
import cloud.zansoc.compute.api.DeploymentBill;
import cloud.zansoc.compute.api.HostOffer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What leases have cost. A closed one costs what the chain says; one that is open, its price for
 * the time so far. Pure.
 */
final class Bills {
  private static final int SECONDS_PER_HOUR = 3600;

  private Bills() {}

  /** Of some leases together. */
  static Bill of(List<Lease> leases, Instant now) {
    long leased = 0;
    long metered = 0;
    long down = 0;
    BigDecimal cost = BigDecimal.ZERO;
    BigInteger units = BigInteger.ZERO;
    for (Lease lease : leases) {
      leased += leasedSeconds(lease, now);
      metered += lease.observed().meteredSeconds();
      down += downtimeSeconds(lease, now);
      cost = cost.add(microDollars(lease, now));
      units = units.add(units(lease, now));
    }
    return new Bill(leased, metered, down, money(cost), units.toString());
  }

  /** With which receipts are signed. */
  record Keys(byte[] hub, List<DeploymentBill.Host> hosts) {}

  /** All that can be said about a deployment's leases that were paid or are. */
  static DeploymentBill of(
      Book book,
      List<Lease> leases,
      List<ComputeStore.Owed> owed,
      List<UsageReceipt.Signed> receipts,
      Keys keys,
      Instant now) {
    Map<String, ComputeStore.Owed> back = new HashMap<>();
    BigInteger sum = BigInteger.ZERO;
    for (ComputeStore.Owed each : owed) {
      back.put(each.instance() + "/" + each.lease(), each);
      sum = sum.add(new BigInteger(each.units()));
    }
    List<DeploymentBill.Item> items = new ArrayList<>();
    for (Lease lease : leases) {
      if (lease.payment().opened().isPresent()) {
        items.add(item(book, lease, Optional.ofNullable(back.get(lease.key())), now));
      }
    }
    return new DeploymentBill(
        book.deployment().name(),
        of(leases, now),
        sum.toString(),
        items,
        receipts.stream().map(UsageReceipt.Signed::encode).toList(),
        keys.hub(),
        keys.hosts());
  }

  private static DeploymentBill.Item item(
      Book book, Lease lease, Optional<ComputeStore.Owed> owed, Instant now) {
    return new DeploymentBill.Item(
        lease.instance(),
        book.instance(lease.instance()).map(Instance::name),
        lease.number(),
        lease.host(),
        lease.terms().offer().map(HostOffer::lease),
        from(lease),
        lease
            .payment()
            .settled()
            .map(settled -> settled.charge().end())
            .or(() -> lease.payment().closed()),
        leasedSeconds(lease, now),
        lease.observed().meteredSeconds(),
        downtimeSeconds(lease, now),
        money(microDollars(lease, now)),
        units(lease, now).toString(),
        owed.map(its -> new DeploymentBill.Compensation(its.units(), its.paid())));
  }

  private static Instant from(Lease lease) {
    return lease
        .payment()
        .settled()
        .map(settled -> settled.charge().start())
        .orElseGet(() -> lease.payment().opened().orElseThrow());
  }

  private static long leasedSeconds(Lease lease, Instant now) {
    return lease
        .payment()
        .settled()
        .map(settled -> settled.charge().seconds())
        .orElseGet(() ->
            lease
                .payment()
                .opened()
                .map(from -> Compensation.seconds(from, lease.payment().closed().orElse(now)))
                .orElse(0L));
  }

  private static long downtimeSeconds(Lease lease, Instant now) {
    return lease
        .payment()
        .settled()
        .map(Lease.Settled::downtimeSeconds)
        .orElseGet(() -> Compensation.downtimeSeconds(lease, lease.payment().closed().orElse(now)));
  }

  private static BigInteger units(Lease lease, Instant now) {
    return lease
        .payment()
        .settled()
        .map(settled -> new BigInteger(settled.charge().units()))
        .orElseGet(
            () -> Compensation.rate(lease).multiply(BigInteger.valueOf(leasedSeconds(lease, now))));
  }

  private static BigDecimal microDollars(Lease lease, Instant now) {
    return BigDecimal.valueOf(lease.terms().perHour().microDollars())
        .multiply(BigDecimal.valueOf(leasedSeconds(lease, now)))
        .divide(BigDecimal.valueOf(SECONDS_PER_HOUR), 6, RoundingMode.HALF_UP);
  }

  private static Money money(BigDecimal microDollars) {
    return new Money(microDollars.setScale(0, RoundingMode.HALF_UP).longValueExact());
  }
}
