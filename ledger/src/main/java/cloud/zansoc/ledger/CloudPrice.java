package cloud.zansoc.ledger;

import cloud.zansoc.base.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.List;

/**
 * What a large cloud takes for an hour of {@link #SIZE} (Linux, on demand).
 *
 * @param instance its name for the machine
 */
public record CloudPrice(String provider, String instance, Money hour) {
  /** The machine that all of them are compared by. */
  public static final MachineSize SIZE = new MachineSize(32, 64, 0, 0);

  /** When the prices were these. */
  public static final YearMonth DATE = YearMonth.of(2024, 2);

  /** The prices of that month. */
  public static final List<CloudPrice> TABLE =
      List.of(
          new CloudPrice("AWS", "c6g.8xlarge", new Money(1_088_000)),
          new CloudPrice("GCP", "n1-standard", new Money(1_933_000)),
          new CloudPrice("Azure", "B32-als-v2", new Money(1_065_000)));

  /**
   * For a machine of another size, in proportion to the larger of its vCPUs by 32 and its GB of
   * memory by 64: these families are sold with both in one proportion.
   */
  public Money hourOf(MachineSize size) {
    return hourOf(BigDecimal.valueOf(size.vcpus()), BigDecimal.valueOf(size.memoryGb()));
  }

  /** The same for parts of vCPUs and GB. */
  public Money hourOf(BigDecimal vcpus, BigDecimal memoryGb) {
    BigDecimal share = share(vcpus, SIZE.vcpus()).max(share(memoryGb, SIZE.memoryGb()));
    BigDecimal micros = BigDecimal.valueOf(hour.microDollars()).multiply(share);
    return new Money(micros.setScale(0, RoundingMode.HALF_UP).longValueExact());
  }

  /** The cheapest of the table. */
  public static CloudPrice cheapest() {
    return TABLE.stream().min(Comparator.comparing(CloudPrice::hour)).orElseThrow();
  }

  private static BigDecimal share(BigDecimal part, int whole) {
    return part.divide(BigDecimal.valueOf(whole), 12, RoundingMode.HALF_UP);
  }
}
