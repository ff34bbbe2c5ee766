package cloud.zansoc.cli.ledger;

import picocli.CommandLine.Command;

/** Groups the commands about rewards. */
@Command(
    name = "rewards",
    description = "Recompute the rewards of an epoch out of the file of its inputs.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RewardsComputeCommand.class, RewardsVerifyCommand.class})
final class RewardsCommand {}
