package cloud.zansoc.ledger;

import cloud.zansoc.base.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What a host asks for, in US dollars.
 *
 * @param vcpuHour a thread for an hour
 * @param memoryHour a GB of memory for an hour
 * @param storageMonth a GB stored for a month of {@link #HOURS_PER_MONTH} hours
 * @param egress a GB sent to a client
 * @param gpuHour a graphics card for an hour
 */
public record UnitPrices(
    Money vcpuHour, Money memoryHour, Money storageMonth, Money egress, Money gpuHour) {
  /** The hours of a month: a twelfth of 365 days. */
  public static final int HOURS_PER_MONTH = 730;

  /**
   * What a host asks for that says nothing else: 32 vCPUs with 64 GB cost 0.08 USD an hour, within
   * the 0.072 to 0.091 that a home machine is estimated at; a TB costs 1 USD a month.
   */
  public static final UnitPrices DEFAULT =
      new UnitPrices(
          new Money(1_500), new Money(500), new Money(1_000), new Money(1_000), new Money(100_000));

  public UnitPrices {
    for (Money price : new Money[] {vcpuHour, memoryHour, storageMonth, egress, gpuHour}) {
      if (price.microDollars() < 0) {
        throw new IllegalArgumentException("a price is not negative: " + price);
      }
    }
  }

  /** An hour of a machine, without what it sends; parts of a micro-dollar are rounded up. */
  public Money hour(MachineSize size) {
    BigDecimal fixed =
        times(vcpuHour, size.vcpus())
            .add(times(memoryHour, size.memoryGb()))
            .add(times(gpuHour, size.gpus()));
    BigDecimal storage =
        times(storageMonth, size.storageGb())
            .divide(BigDecimal.valueOf(HOURS_PER_MONTH), 12, RoundingMode.CEILING);
    return new Money(fixed.add(storage).setScale(0, RoundingMode.CEILING).longValueExact());
  }

  private static BigDecimal times(Money price, int count) {
    return BigDecimal.valueOf(price.microDollars()).multiply(BigDecimal.valueOf(count));
  }
}
