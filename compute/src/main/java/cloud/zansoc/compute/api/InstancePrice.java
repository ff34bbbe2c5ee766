package cloud.zansoc.compute.api;

import cloud.zansoc.base.Money;
import cloud.zansoc.net.node.ComputeOffer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;

/** What an hour of an instance costs: the same for hub, host and client. Pure. */
public final class InstancePrice {
  private static final BigDecimal MILLIS = BigDecimal.valueOf(1000);
  private static final BigDecimal BYTES_PER_GB = BigDecimal.valueOf(1_000_000_000);
  private static final BigDecimal HOURS_PER_MONTH = BigDecimal.valueOf(730);
  private static final int DIGITS = 18;

  private InstancePrice() {}

  /**
   * At a host's prices, without what it sends; parts of a micro-dollar are rounded up. A GB is 10^9
   * bytes, a month 730 hours.
   */
  public static Money hour(
      ComputeOffer.Prices prices, InstanceSize size, Collection<VolumeMount> volumes) {
    BigDecimal stored = BigDecimal.valueOf(size.disk().bytes());
    for (VolumeMount volume : volumes) {
      stored = stored.add(BigDecimal.valueOf(volume.size().bytes()));
    }
    BigDecimal micros =
        part(prices.vcpuHour(), BigDecimal.valueOf(size.milliVcpus()), MILLIS)
            .add(part(prices.memoryHour(), BigDecimal.valueOf(size.memory().bytes()), BYTES_PER_GB))
            .add(part(prices.storageMonth(), stored, BYTES_PER_GB.multiply(HOURS_PER_MONTH)))
            .add(part(prices.gpuHour(), BigDecimal.valueOf(size.gpus()), BigDecimal.ONE));
    return new Money(micros.setScale(0, RoundingMode.CEILING).longValueExact());
  }

  private static BigDecimal part(Money price, BigDecimal amount, BigDecimal unit) {
    return BigDecimal.valueOf(price.microDollars())
        .multiply(amount)
        .divide(unit, DIGITS, RoundingMode.CEILING);
  }
}
