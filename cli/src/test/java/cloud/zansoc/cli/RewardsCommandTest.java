package cloud.zansoc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.EpochRewards;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.RewardTree;
import cloud.zansoc.ledger.rewards.Contribution;
import cloud.zansoc.ledger.rewards.RewardFormula;
import cloud.zansoc.ledger.rewards.RewardInputs;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RewardsCommandTest extends LedgerCommandFixture {
  private final AccountId first = TestKeys.fresh().account();
  private final AccountId second = TestKeys.fresh().account();

  RewardsCommandTest() throws IOException {}

  @Test
  void verify_ofWhatWasPublished_comesToTheSame() throws IOException {
    RewardInputs inputs = inputs(world.ledger().id(), 0, Amount.ZERO);
    Path file = Files.write(folder.resolve("epoch-0.json"), inputs.encode());
    assertThat(run("ledger", "rewards", "verify", file.toString()).exit()).isEqualTo(4);
    publish(inputs);

    assertThat(done("ledger", "rewards", "verify", file.toString()).out())
        .contains("Epoch 0 was published as its inputs say")
        .contains(", 0.00000000000000075 coins");
  }

  @Test
  void verify_ofOtherInputs_saysWhatDiffers() throws IOException {
    RewardInputs inputs = inputs(world.ledger().id(), 0, Amount.ZERO);
    publish(inputs);
    String text = new String(inputs.encode(), StandardCharsets.UTF_8);
    Path changed =
        Files.writeString(folder.resolve("changed.json"), text.replace("\"1000\"", "\"1002\""));

    Run result = run("ledger", "rewards", "verify", changed.toString());

    assertThat(result.exit()).isEqualTo(10);
    assertThat(result.err()).contains("total 751 units", "published are", "750 units");
    RewardInputs elsewhere = inputs(new LedgerId(1, world.ledger().id().escrow()), 0, Amount.ZERO);
    Path other = Files.write(folder.resolve("other.json"), elsewhere.encode());
    assertThat(run("ledger", "rewards", "verify", other.toString()).exit()).isEqualTo(5);
  }

  @Test
  void compute_afterAnEpoch_checksWhatWasEarnedBefore() throws IOException {
    LedgerId ledger = world.ledger().id();
    Path before = Files.write(folder.resolve("0.json"), inputs(ledger, 0, Amount.ZERO).encode());
    Amount earned =
        new RewardFormula(inputs(ledger, 0, Amount.ZERO)).earned().getOrDefault(first, Amount.ZERO);
    Path right = Files.write(folder.resolve("1.json"), inputs(ledger, 1, earned).encode());
    Path wrong =
        Files.write(
            folder.resolve("2.json"), inputs(ledger, 1, earned.plus(Amount.ofUnits(1))).encode());

    assertThat(done("ledger", "rewards", "compute", right.toString(), "--previous=" + before).out())
        .contains(first.text(), "total  0.00000000000000075 coins", "root   0x");
    assertThat(run("ledger", "rewards", "compute", wrong.toString(), "--previous=" + before).exit())
        .isEqualTo(10);
    assertThat(run("ledger", "rewards", "compute", right.toString(), "--previous=" + right).exit())
        .isEqualTo(2);
    assertThat(run("ledger", "rewards", "compute", folder.resolve("none").toString()).exit())
        .isEqualTo(4);
    Path noInputs = Files.writeString(folder.resolve("text"), "hello");
    assertThat(run("ledger", "rewards", "compute", noInputs.toString()).exit()).isEqualTo(2);
  }

  /** Two hosts that earn half of the commission: 500 and 250 units, whatever they did. */
  private RewardInputs inputs(LedgerId ledger, long epoch, Amount firstBefore) {
    return new RewardInputs(
        ledger,
        epoch,
        List.of(
            host(first, Amount.ofUnits(1000), firstBefore),
            host(second, Amount.ofUnits(500), epoch == 0 ? Amount.ZERO : Amount.ofUnits(250))));
  }

  private static Contribution host(AccountId account, Amount fees, Amount before) {
    BigInteger some = BigInteger.valueOf(3600);
    return new Contribution(account, some, some, some, 900_000, fees, before);
  }

  private void publish(RewardInputs inputs) {
    RewardFormula formula = new RewardFormula(inputs);
    world.pass(Duration.between(world.ledger().now(), world.rewards().endOf(inputs.epoch())));
    world
        .rewards()
        .publish(
            TestKeys.named("publisher").account(),
            new EpochRewards(
                inputs.epoch(),
                new RewardTree(formula.earned()).root(),
                formula.total(),
                Digest.sha256(inputs.encode())))
        .orThrow();
  }
}
