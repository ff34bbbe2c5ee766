package cloud.zansoc.compute.api;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import cloud.zansoc.net.node.ComputeOffer.Prices;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class InstancePriceTest {
  /** The formula with fractions, to twenty digits. */
  private static long naive(Prices prices, InstanceSize size, ByteSize stored) {
    BigDecimal micros =
        part(prices.vcpuHour(), size.milliVcpus(), 1_000)
            .add(part(prices.memoryHour(), size.memory().bytes(), 1_000_000_000))
            .add(part(prices.storageMonth(), stored.bytes(), 730_000_000_000L))
            .add(part(prices.gpuHour(), size.gpus(), 1));
    return micros
        .setScale(15, RoundingMode.HALF_UP)
        .setScale(0, RoundingMode.CEILING)
        .longValueExact();
  }

  private static BigDecimal part(Money price, long amount, long unit) {
    return BigDecimal.valueOf(price.microDollars())
        .multiply(BigDecimal.valueOf(amount))
        .divide(BigDecimal.valueOf(unit), 20, RoundingMode.HALF_UP);
  }

  @Test
  void hour_ofAnything_isTheFormulaRoundedUp() {
    for (int seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      // Also prices and sizes far beyond what 63 bits hold on the way.
      long most = 1L << (5 + random.nextInt(32));
      Prices prices =
          new Prices(
              new Money(random.nextLong(most)),
              new Money(random.nextLong(most)),
              new Money(random.nextLong(most)),
              Money.ZERO,
              new Money(random.nextLong(most)));
      InstanceSize size =
          new InstanceSize(
              1 + random.nextInt(200_000),
              new ByteSize((16L << 20) + random.nextLong(1L << 38)),
              new ByteSize(random.nextLong(1L << 40)),
              random.nextInt(9));
      assertThat(InstancePrice.hour(prices, size, List.of()).microDollars())
          .as("seed " + seed)
          .isEqualTo(naive(prices, size, size.disk()));
    }
  }

  @Test
  void hour_withVolumes_countsThemAsDisk() {
    Prices prices = new Prices(Money.ZERO, Money.ZERO, new Money(1_000), Money.ZERO, Money.ZERO);
    InstanceSize size =
        new InstanceSize(1, InstanceSize.LEAST_MEMORY, new ByteSize(73_000_000_000L), 0);
    VolumeMount volume =
        new VolumeMount("data", "/data", new ByteSize(657_000_000_000L), Duration.ofMinutes(1));
    assertThat(InstancePrice.hour(prices, size, List.of())).isEqualTo(new Money(100));
    assertThat(InstancePrice.hour(prices, size, List.of(volume))).isEqualTo(new Money(1_000));
  }
}
