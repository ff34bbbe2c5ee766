package cloud.zansoc.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.hub.ComputeHost;
import cloud.zansoc.compute.hub.IndexedMatcher;
import cloud.zansoc.compute.hub.Matcher;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloudPrice;
import cloud.zansoc.ledger.CoinPrice;
import cloud.zansoc.ledger.UnitPrices;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.NodeView;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DeploymentPlansTest {
  private static final Duration RUNWAY = Duration.ofMinutes(30);
  private static final CoinPrice HALF_A_DOLLAR =
      CoinPrice.of(Amount.ofUnits(500_000), Amount.ofCoins(1), 6);

  private static ComputeOffer.Prices defaultPrices() {
    UnitPrices prices = UnitPrices.DEFAULT;
    return new ComputeOffer.Prices(
        prices.vcpuHour(),
        prices.memoryHour(),
        prices.storageMonth(),
        prices.egress(),
        prices.gpuHour());
  }

  private static ComputeHost host(int number) {
    ComputeOffer.Capacity all =
        new ComputeOffer.Capacity(
            32_000, new ByteSize(64_000_000_000L), ByteSize.ofGibibytes(500), 0);
    return new ComputeHost(
        new PeerId(new Digest(0, 0, 0, number)),
        "home-" + number,
        NodeView.State.READY,
        "net-" + number,
        Map.of("region", "in"),
        new ComputeOffer(
            "docker",
            all,
            all,
            List.of(),
            Set.of(),
            defaultPrices(),
            Optional.empty(),
            Duration.ZERO,
            Optional.empty()),
        all,
        1);
  }

  private static DeploymentSpec deployment(InstanceSize size, int replicas) {
    ServiceSpec service =
        new ServiceSpec(
            "web",
            "debian:12",
            List.of(),
            Map.of(),
            Map.of(),
            size,
            replicas,
            ServiceSpec.Spread.NONE,
            Map.of(),
            List.of(),
            List.of(),
            RestartPolicy.ALWAYS,
            Optional.empty());
    return new DeploymentSpec("shop", List.of(service), false, Optional.empty(), Optional.empty());
  }

  private static DeploymentPlan plan(DeploymentSpec spec, Optional<CoinPrice> coin) {
    Matcher.Match match =
        new IndexedMatcher().match(Matcher.Request.of(spec), List.of(host(1), host(2), host(3)));
    return DeploymentPlans.of(spec, match, coin, RUNWAY);
  }

  private static final InstanceSize WHOLE =
      new InstanceSize(32_000, new ByteSize(64_000_000_000L), new ByteSize(0), 0);

  @Test
  void plan_ofTheMachineThatCloudsAreComparedBy_isThirteenTimesCheaperThanTheCheapest() {
    DeploymentPlan plan = plan(deployment(WHOLE, 1), Optional.empty());

    assertThat(plan.perHour()).isEqualTo(new Money(80_000));
    long cheapest =
        plan.elsewhere().stream()
            .mapToLong(each -> each.perHour().microDollars())
            .min()
            .orElseThrow();
    assertThat(cheapest).isEqualTo(CloudPrice.cheapest().hour().microDollars());
    assertThat(cheapest / plan.perHour().microDollars()).isEqualTo(13);
  }

  @Test
  void plan_ofSeveralInstances_sumsWhatEachCosts() {
    DeploymentPlan plan = plan(deployment(WHOLE, 3), Optional.empty());

    assertThat(plan.places())
        .extracting(DeploymentPlan.Place::instance, DeploymentPlan.Place::hostName)
        .containsExactly(
            tuple("web-1", "home-1"), tuple("web-2", "home-2"), tuple("web-3", "home-3"));
    assertThat(plan.places()).extracting(DeploymentPlan.Place::service).containsOnly("web");
    assertThat(plan.perHour()).isEqualTo(new Money(240_000));
    assertThat(plan.inCoin()).isEmpty();
    assertThat(plan.deposit()).isEmpty();
  }

  @Test
  void plan_withALedger_setsAsideTheRunwayAtTheSumOfTheLeasesRates() {
    DeploymentPlan plan = plan(deployment(WHOLE, 3), Optional.of(HALF_A_DOLLAR));

    BigInteger rate = HALF_A_DOLLAR.rate(new Money(80_000)).units().multiply(BigInteger.valueOf(3));
    assertThat(plan.inCoin())
        .contains(new DeploymentPlan.InCoin("0.5", rate.toString(), "0.480001"));
    assertThat(plan.deposit())
        .contains(
            new DeploymentPlan.Deposit(
                RUNWAY,
                new Money(120_000),
                rate.multiply(BigInteger.valueOf(RUNWAY.toSeconds())).toString()));
  }

  @Test
  void plan_ofASmallInstance_isComparedInProportion() {
    DeploymentPlan plan =
        plan(
            deployment(new InstanceSize(500, new ByteSize(1_000_000_000L), new ByteSize(0), 0), 2),
            Optional.empty());

    assertThat(plan.perHour()).isEqualTo(new Money(2_500));
    assertThat(plan.elsewhere()).contains(new DeploymentPlan.CloudHour("Azure", new Money(33_282)));
  }

  @Test
  void plan_thatCannotBeMet_hasItsObstacleAndNoPrice() {
    DeploymentPlan plan = plan(deployment(WHOLE, 4), Optional.of(HALF_A_DOLLAR));

    assertThat(plan.places()).isEmpty();
    assertThat(plan.obstacle())
        .get()
        .extracting(DeploymentPlan.Obstacle::constraint)
        .isEqualTo(DeploymentPlan.Constraint.ROOM);
    assertThat(plan.perHour()).isEqualTo(Money.ZERO);
    assertThat(plan.deposit()).isEmpty();
    assertThat(plan.elsewhere()).isNotEmpty();
  }
}
