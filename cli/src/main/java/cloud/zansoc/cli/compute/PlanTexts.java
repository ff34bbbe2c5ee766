package cloud.zansoc.cli.compute;

import cloud.zansoc.base.Durations;
import cloud.zansoc.base.Money;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentPlan.CloudHour;
import cloud.zansoc.compute.api.DeploymentPlan.Deposit;
import cloud.zansoc.compute.api.DeploymentPlan.InCoin;
import cloud.zansoc.ledger.Amount;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A plan as text. Pure. */
final class PlanTexts {
  /** The columns of {@link #rows}. */
  static final List<String> HEADERS = List.of("INSTANCE", "HOST", "NETWORK", "REGION", ">USD/HOUR");

  private static final int DECIMALS = 6;
  private static final int COIN_DIGITS = 6;

  private PlanTexts() {}

  /** A line for each instance. */
  static List<List<String>> rows(DeploymentPlan plan) {
    return plan.places().stream()
        .map(place ->
            List.of(
                place.instance(),
                place.hostName(),
                place.network(),
                place.region().isEmpty() ? "-" : place.region(),
                dollars(place.perHour())))
        .toList();
  }

  /**
   * What it costs here and elsewhere, and what is set aside.
   *
   * @param paid whether the hub has a ledger
   */
  static List<String> sums(DeploymentPlan plan, boolean paid) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "total      %s USD an hour%s"
            .formatted(dollars(plan.perHour()), plan.inCoin().map(PlanTexts::inCoin).orElse("")));
    if (!plan.elsewhere().isEmpty()) {
      lines.add(
          "elsewhere  "
              + plan.elsewhere().stream()
                  .map(cloud -> "%s %s".formatted(cloud.provider(), dollars(cloud.perHour())))
                  .collect(Collectors.joining(", "))
              + times(plan));
    }
    lines.add(
        plan.deposit()
            .map(PlanTexts::deposit)
            .orElse(
                paid
                    ? "deposit    not known: the hub has no price of the coin now"
                    : "deposit    none: this hub has no ledger, and nobody pays"));
    if (plan.deposit().isPresent()) {
      lines.add(
          "downtime   a host's is not billed: the hub gives its price back, up to a tenth of the lease's");
    }
    return lines;
  }

  private static String inCoin(InCoin coin) {
    return ", %s ZANS at %s USD each".formatted(coin.coinsPerHour(), coin.usdPerCoin());
  }

  private static String deposit(Deposit deposit) {
    return "deposit    %s ZANS (%s), for %s in advance; what is not used comes back"
        .formatted(coins(deposit.units()), deposit.usd(), Durations.text(deposit.runway()));
  }

  /** Coins, to six digits. */
  static String coins(String units) {
    BigDecimal whole =
        new Amount(new BigInteger(units))
            .whole(Amount.COIN_DECIMALS)
            .round(new MathContext(COIN_DIGITS, RoundingMode.UP))
            .stripTrailingZeros();
    return whole.scale() < 0 ? whole.setScale(0).toPlainString() : whole.toPlainString();
  }

  private static String times(DeploymentPlan plan) {
    long cheapest =
        plan.elsewhere().stream()
            .map(CloudHour::perHour)
            .min(Comparator.naturalOrder())
            .map(Money::microDollars)
            .orElse(0L);
    long ours = plan.perHour().microDollars();
    return ours == 0 || cheapest < ours
        ? ""
        : ": %s times as much at least"
            .formatted(
                BigDecimal.valueOf(cheapest)
                    .divide(BigDecimal.valueOf(ours), 1, RoundingMode.DOWN));
  }

  /** US dollars with all their digits. */
  static String dollars(Money money) {
    return BigDecimal.valueOf(money.microDollars(), DECIMALS).toPlainString();
  }
}
