package cloud.zansoc.cli.ledger;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainCommand;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.EpochRewards;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "verify",
    description =
        "Compare what follows from the inputs of an epoch with what was published on the chain."
            + " Exit code 10 when it differs.")
final class RewardsVerifyCommand extends ChainCommand {
  @Mixin private ComputedRewards rewards;

  @Override
  protected void run(ChainSession chain, Output output) {
    ComputedRewards.Figures figures = rewards.read();
    if (!figures.inputs().ledger().equals(chain.ledger().id())) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "the inputs are of %s, this is %s"
              .formatted(figures.inputs().ledger(), chain.ledger().id()));
    }
    EpochRewards computed = figures.published();
    EpochRewards published =
        chain
            .rewards()
            .published(computed.epoch())
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.NOT_FOUND, "epoch %d was not published".formatted(computed.epoch())));
    if (!published.equals(computed)) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "epoch %d: computed are root %s, total %s, inputs %s; published are %s, %s, %s"
              .formatted(
                  computed.epoch(),
                  ComputedRewards.hex(computed.root()),
                  computed.total(),
                  ComputedRewards.hex(computed.inputs()),
                  ComputedRewards.hex(published.root()),
                  published.total(),
                  ComputedRewards.hex(published.inputs())));
    }
    output.result(
        ComputedRewards.view(figures),
        "Epoch %d was published as its inputs say: root %s, %s coins."
            .formatted(
                computed.epoch(),
                ComputedRewards.hex(computed.root()),
                computed.total().inCoins()));
  }
}
