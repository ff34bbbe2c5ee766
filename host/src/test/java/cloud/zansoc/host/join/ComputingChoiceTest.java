package cloud.zansoc.host.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.EngineInventory;
import cloud.zansoc.host.ComputingCheck.Findings;
import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.host.HostConfiguration.Compute;
import cloud.zansoc.host.HostConfiguration.Hub;
import cloud.zansoc.host.HostConfiguration.Network;
import cloud.zansoc.host.HostConfiguration.Offer;
import cloud.zansoc.host.Schedule;
import cloud.zansoc.host.join.JoinRequest.ComputeWishes;
import cloud.zansoc.host.join.JoinRequest.Lend;
import cloud.zansoc.host.join.JoinRequest.PriceWishes;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ComputingChoiceTest {
  static final EngineInventory ENGINE =
      new EngineInventory(
          "docker",
          "20.10.24",
          4000,
          ByteSize.parse("8GB"),
          ByteSize.parse("100GB"),
          List.of("RTX 4090"),
          List.of(),
          Set.of());

  private static final Findings FOUND = new Findings.Possible(ENGINE, List.of());
  private static final Findings NOT_FOUND = new Findings.Impossible("install docker.io");
  private static final ByteSize SPARE = ByteSize.parse("40GB");

  @Test
  void choice_firstTimeWithAnEngine_lendsHalfAndAllButOneThread() {
    ComputingChoice choice = new ComputingChoice(ComputeWishes.NONE, Optional.empty());
    assertThat(choice.engine()).contains(Compute.DEFAULT_ENGINE);

    Compute lent = choice.by(FOUND, SPARE).compute().orElseThrow();

    assertThat(lent.capacity())
        .isEqualTo(new Capacity(3000, ByteSize.parse("4GB"), ByteSize.parse("20GB"), 1));
    assertThat(lent.prices()).isEqualTo(Compute.DEFAULT_PRICES);
  }

  @Test
  void choice_engineOnASmallerDisk_lendsHalfOfThat() {
    ComputingChoice choice = new ComputingChoice(ComputeWishes.NONE, Optional.empty());
    Compute lent = choice.by(FOUND, ByteSize.parse("900GB")).compute().orElseThrow();
    assertThat(lent.capacity().disk()).isEqualTo(ByteSize.parse("50GB"));
  }

  @Test
  void choice_firstTimeWithoutAnEngine_storesAndSaysWhy() {
    ComputingChoice.Decision decision =
        new ComputingChoice(ComputeWishes.NONE, Optional.empty()).by(NOT_FOUND, SPARE);
    assertThat(decision.compute()).isEmpty();
    assertThat(decision.words()).contains("install docker.io", "--compute");
  }

  @Test
  void choice_againWithoutAWish_changesNothing() {
    assertThat(new ComputingChoice(ComputeWishes.NONE, before(Optional.empty())).engine())
        .isEmpty();

    Compute compute = lent(Optional.of(Duration.ofDays(1)));
    ComputingChoice kept = new ComputingChoice(ComputeWishes.NONE, before(Optional.of(compute)));
    assertThat(kept.engine()).contains(compute.engine());
    assertThat(kept.by(FOUND, SPARE).compute()).contains(compute);
    // An engine that is away for a moment loses nothing.
    assertThat(kept.by(NOT_FOUND, SPARE).compute()).contains(compute);
  }

  @Test
  void choice_againWithOneWish_changesThatAlone() {
    Compute compute = lent(Optional.empty());
    ComputeWishes dearer =
        wishes(Lend.WHERE_POSSIBLE, Optional.empty(), Optional.of(Money.parseUsd("0.01")));
    Compute after =
        new ComputingChoice(dearer, before(Optional.of(compute)))
            .by(FOUND, SPARE)
            .compute()
            .orElseThrow();
    assertThat(after.capacity()).isEqualTo(compute.capacity());
    assertThat(after.prices().vcpuHour()).isEqualTo(Money.parseUsd("0.01"));
    assertThat(after.prices().memoryHour()).isEqualTo(compute.prices().memoryHour());
  }

  @Test
  void choice_noComputing_isTakenBack() {
    ComputingChoice choice =
        new ComputingChoice(
            ComputeWishes.only(Lend.NO), before(Optional.of(lent(Optional.empty()))));
    assertThat(choice.engine()).isEmpty();
    assertThat(choice.none().compute()).isEmpty();
  }

  @Test
  void choice_wishThatCannotBe_isRefused() {
    assertRefused(
        () ->
            new ComputingChoice(ComputeWishes.only(Lend.YES), Optional.empty())
                .by(NOT_FOUND, SPARE),
        ErrorCode.UNSUPPORTED,
        "install docker.io");
    assertRefused(
        () ->
            new ComputingChoice(
                    wishes(Lend.WHERE_POSSIBLE, Optional.of(16_000), Optional.empty()),
                    Optional.empty())
                .by(FOUND, SPARE),
        ErrorCode.INVALID_ARGUMENT,
        "--cpus 16: this machine has 4");
    assertRefused(
        () ->
            new ComputingChoice(
                wishes(Lend.NO, Optional.of(1000), Optional.empty()), Optional.empty()),
        ErrorCode.INVALID_ARGUMENT,
        "--no-compute");
    assertRefused(
        () ->
            new ComputingChoice(ComputeWishes.only(Lend.YES), Optional.empty())
                .by(FOUND, ByteSize.parse("1GB")),
        ErrorCode.UNSUPPORTED,
        "--capacity");
  }

  private static void assertRefused(Runnable choosing, ErrorCode code, String advice) {
    assertThatThrownBy(choosing::run)
        .isInstanceOfSatisfying(ZansocException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(advice);
  }

  private static ComputeWishes wishes(
      Lend lend, Optional<Integer> milliVcpus, Optional<Money> vcpuPrice) {
    return new ComputeWishes(
        lend,
        Optional.empty(),
        milliVcpus,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new PriceWishes(
            vcpuPrice, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
        Optional.empty(),
        Optional.empty());
  }

  private static Compute lent(Optional<Duration> longest) {
    return new Compute(
        URI.create("unix:///srv/docker.sock"),
        new Capacity(1500, ByteSize.parse("1GB"), ByteSize.parse("5GB"), 0),
        Compute.DEFAULT_PRICES,
        Duration.ofMinutes(5),
        longest);
  }

  private static Optional<HostConfiguration> before(Optional<Compute> compute) {
    HostAddress address = new HostAddress("127.0.0.1", 7443);
    return Optional.of(
        new HostConfiguration(
            new Hub(address, address, new byte[32]),
            "attic",
            new Offer(
                ByteSize.parse("100GB"),
                Offer.DEFAULT_RESERVE,
                Offer.DEFAULT_PRICE,
                Map.of(),
                Schedule.ALWAYS),
            Network.RELAY_ONLY,
            compute));
  }
}
