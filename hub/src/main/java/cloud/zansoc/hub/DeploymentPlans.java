package cloud.zansoc.hub;

import cloud.zansoc.base.Money;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentPlan.CloudHour;
import cloud.zansoc.compute.api.DeploymentPlan.Deposit;
import cloud.zansoc.compute.api.DeploymentPlan.InCoin;
import cloud.zansoc.compute.api.DeploymentPlan.Place;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.hub.ComputeHost;
import cloud.zansoc.compute.hub.Matcher;
import cloud.zansoc.compute.hub.Matcher.Choice;
import cloud.zansoc.compute.hub.Matcher.Match;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloudPrice;
import cloud.zansoc.ledger.CoinPrice;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes of what was matched the plan that a client is shown: prices, deposit, comparison. Pure. */
public final class DeploymentPlans {
  private static final int SECONDS_PER_HOUR = 3600;
  private static final MathContext SHOWN = new MathContext(6, RoundingMode.UP);

  private DeploymentPlans() {}

  /**
   * A plan.
   *
   * @param match of all instances of the deployment
   * @param coin what the coin costs; none where nobody pays, and there is no deposit
   * @param runway for how long leases are paid in advance
   */
  public static DeploymentPlan of(
      DeploymentSpec spec, Match match, Optional<CoinPrice> coin, Duration runway) {
    return switch (match) {
      case Match.Obstructed(DeploymentPlan.Obstacle obstacle) ->
          new DeploymentPlan(
              spec.name(),
              List.of(),
              Optional.of(obstacle),
              Money.ZERO,
              Optional.empty(),
              Optional.empty(),
              elsewhere(spec));
      case Match.Found(List<Choice> choices) -> {
        Money hour = choices.stream().map(Choice::perHour).reduce(Money.ZERO, Money::plus);
        yield new DeploymentPlan(
            spec.name(),
            places(spec, choices),
            Optional.empty(),
            hour,
            coin.map(price -> inCoin(price, rate(price, choices))),
            coin.map(price -> deposit(hour, rate(price, choices), runway)),
            elsewhere(spec));
      }
    };
  }

  /** Each instance has a lease of its own, whose rate is rounded by itself. */
  private static Amount rate(CoinPrice coin, List<Choice> choices) {
    return choices.stream()
        .map(choice -> coin.rate(choice.perHour()))
        .reduce(Amount.ZERO, Amount::plus);
  }

  private static InCoin inCoin(CoinPrice coin, Amount rate) {
    BigDecimal hour = rate.times(SECONDS_PER_HOUR).whole(Amount.COIN_DECIMALS);
    return new InCoin(
        coin.usd().stripTrailingZeros().toPlainString(),
        rate.units().toString(),
        hour.round(SHOWN).stripTrailingZeros().toPlainString());
  }

  private static Deposit deposit(Money hour, Amount rate, Duration runway) {
    long seconds = runway.toSeconds();
    long micros = Math.ceilDiv(Math.multiplyExact(hour.microDollars(), seconds), SECONDS_PER_HOUR);
    return new Deposit(runway, new Money(micros), rate.times(seconds).units().toString());
  }

  private static List<Place> places(DeploymentSpec spec, List<Choice> choices) {
    Map<String, String> services = new HashMap<>();
    for (Matcher.Wanted wanted : Matcher.Request.of(spec).wanted()) {
      services.put(wanted.instance(), wanted.service());
    }
    return choices.stream()
        .map(choice -> {
          ComputeHost host = choice.host();
          return new Place(
              choice.instance(),
              services.getOrDefault(choice.instance(), ""),
              host.id(),
              host.name(),
              host.network(),
              host.region(),
              choice.perHour());
        })
        .toList();
  }

  /** What large clouds take for as many machines of these sizes. */
  private static List<CloudHour> elsewhere(DeploymentSpec spec) {
    return CloudPrice.TABLE.stream()
        .map(cloud ->
            new CloudHour(
                cloud.provider(),
                spec.services().stream()
                    .map(service -> hour(cloud, service))
                    .reduce(Money.ZERO, Money::plus)))
        .toList();
  }

  private static Money hour(CloudPrice cloud, ServiceSpec service) {
    Money one =
        cloud.hourOf(
            BigDecimal.valueOf(service.size().milliVcpus(), 3),
            BigDecimal.valueOf(service.size().memory().bytes(), 9));
    return new Money(Math.multiplyExact(one.microDollars(), service.replicas()));
  }
}
