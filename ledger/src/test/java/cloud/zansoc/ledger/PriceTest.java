package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Money;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

final class PriceTest {
  private static final HostEstimate.Power NO_POWER = new HostEstimate.Power(0, Money.ZERO);

  @Test
  void hour_ofTheReferenceSizeAtDefaultPrices_isWithinTheEstimate() {
    assertThat(UnitPrices.DEFAULT.hour(CloudPrice.SIZE))
        .isEqualTo(new Money(80_000))
        .isBetween(new Money(72_000), new Money(91_000));
  }

  @Test
  void hour_ofStorageAlone_isAMonthsPartRoundedUp() {
    assertThat(UnitPrices.DEFAULT.hour(new MachineSize(0, 0, 1000, 0))).isEqualTo(new Money(1_370));
    assertThat(UnitPrices.DEFAULT.hour(new MachineSize(0, 0, 730, 0))).isEqualTo(new Money(1_000));
  }

  @Test
  void hour_ofAllParts_isTheirSum() {
    assertThat(UnitPrices.DEFAULT.hour(new MachineSize(2, 3, 730, 1)))
        .isEqualTo(new Money(2 * 1_500 + 3 * 500 + 1_000 + 100_000));
  }

  @Test
  void cheapest_ofTheTable_isAzure() {
    assertThat(CloudPrice.cheapest().provider()).isEqualTo("Azure");
  }

  @Test
  void hourOf_anotherSize_followsTheScarcerPart() {
    CloudPrice azure = CloudPrice.cheapest();

    assertThat(azure.hourOf(CloudPrice.SIZE)).isEqualTo(azure.hour());
    assertThat(azure.hourOf(new MachineSize(16, 64, 0, 0))).isEqualTo(azure.hour());
    assertThat(azure.hourOf(new MachineSize(16, 16, 0, 0))).isEqualTo(new Money(532_500));
  }

  @Test
  void estimate_ofHalfUsedMachine_takesCommissionAndElectricity() {
    HostEstimate estimate =
        HostEstimate.of(
            new MachineSize(8, 16, 1000, 0),
            UnitPrices.DEFAULT,
            50,
            new HostEstimate.Power(40, new Money(80_000)));

    // 8 · 1500 + 16 · 500 + 1370 an hour, half of 730 hours; 29.2 kWh.
    assertThat(estimate)
        .isEqualTo(
            new HostEstimate(new Money(7_800_050), new Money(780_005), new Money(2_336_000)));
    assertThat(estimate.net()).isEqualTo(new Money(4_684_045));
    assertThat(estimate.monthsToPayBack(new Money(46_840_450))).contains(new BigDecimal("10.0"));
  }

  @Test
  void estimate_whereNothingIsRented_neverPaysBack() {
    HostEstimate idle =
        HostEstimate.of(new MachineSize(8, 16, 0, 0), UnitPrices.DEFAULT, 0, NO_POWER);

    assertThat(idle.net()).isEqualTo(Money.ZERO);
    assertThat(idle.monthsToPayBack(new Money(1))).isEmpty();
  }

  @Test
  void values_outOfRange_areRefused() {
    MachineSize size = new MachineSize(1, 1, 0, 0);
    assertThatThrownBy(() -> HostEstimate.of(size, UnitPrices.DEFAULT, 101, NO_POWER))
        .hasMessageContaining("percent");
    assertThatThrownBy(() -> new MachineSize(-1, 0, 0, 0)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new HostEstimate.Power(-1, Money.ZERO)).hasMessageContaining("watts");
    assertThatThrownBy(
            () -> new UnitPrices(new Money(-1), Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO))
        .hasMessageContaining("negative");
  }
}
