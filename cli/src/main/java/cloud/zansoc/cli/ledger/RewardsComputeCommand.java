package cloud.zansoc.cli.ledger;

import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "compute",
    description =
        "Compute what each host earns in an epoch, and what is published of it. Asks neither hub"
            + " nor chain.")
final class RewardsComputeCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private ComputedRewards rewards;

  @Override
  public Integer call() {
    Output output = options.output();
    ComputedRewards.View view = ComputedRewards.view(rewards.read());
    if (output.isJson()) {
      output.json(view);
    } else {
      ComputedRewards.print(output, view);
    }
    return 0;
  }
}
