package cloud.zansoc.ledger;

import cloud.zansoc.base.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * What a host earns in a month of {@link UnitPrices#HOURS_PER_MONTH} hours.
 *
 * @param gross what clients pay
 * @param commission the provider's tenth of it
 * @param electricity what the machine uses while it is on, used or not
 */
public record HostEstimate(Money gross, Money commission, Money electricity) {
  /** What the network aims at: months until fully used hardware is paid back. */
  public static final int TARGET_MONTHS = 10;

  /** What the network aims at: Indian rupees that a host keeps of an average month. */
  public static final int TARGET_INR = 3_000;

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final BigDecimal WATTS_PER_KILOWATT = BigDecimal.valueOf(1000);
  private static final BigDecimal COMMISSION_DIVISOR = BigDecimal.TEN;

  /**
   * What the machine costs to run.
   *
   * @param watts drawn from the wall on average
   * @param kilowattHour the price of a kWh
   */
  public record Power(int watts, Money kilowattHour) {
    public Power {
      if (watts < 0 || kilowattHour.microDollars() < 0) {
        throw new IllegalArgumentException("watts and the price of a kWh are not negative");
      }
    }
  }

  /**
   * Estimates a month.
   *
   * @param utilisationPercent the part of the machine's hours and GB that is rented, 0 to 100
   */
  public static HostEstimate of(
      MachineSize size, UnitPrices prices, int utilisationPercent, Power power) {
    if (utilisationPercent < 0 || utilisationPercent > 100) {
      throw new IllegalArgumentException(
          "utilisation is 0 to 100 percent, not " + utilisationPercent);
    }
    BigDecimal hours = BigDecimal.valueOf(UnitPrices.HOURS_PER_MONTH);
    BigDecimal gross =
        micros(prices.hour(size))
            .multiply(hours)
            .multiply(BigDecimal.valueOf(utilisationPercent))
            .divide(HUNDRED, 0, RoundingMode.DOWN);
    BigDecimal electricity =
        micros(power.kilowattHour())
            .multiply(BigDecimal.valueOf(power.watts()))
            .multiply(hours)
            .divide(WATTS_PER_KILOWATT, 0, RoundingMode.UP);
    BigDecimal commission = gross.divide(COMMISSION_DIVISOR, 0, RoundingMode.DOWN);
    return new HostEstimate(money(gross), money(commission), money(electricity));
  }

  /** What stays with the host; negative where electricity takes more than clients pay. */
  public Money net() {
    return new Money(gross.microDollars() - commission.microDollars() - electricity.microDollars());
  }

  /** Months until the hardware is paid back, with one decimal; empty where it never is. */
  public Optional<BigDecimal> monthsToPayBack(Money hardware) {
    if (net().microDollars() <= 0) {
      return Optional.empty();
    }
    return Optional.of(micros(hardware).divide(micros(net()), 1, RoundingMode.UP));
  }

  private static BigDecimal micros(Money money) {
    return BigDecimal.valueOf(money.microDollars());
  }

  private static Money money(BigDecimal micros) {
    return new Money(micros.longValueExact());
  }
}
