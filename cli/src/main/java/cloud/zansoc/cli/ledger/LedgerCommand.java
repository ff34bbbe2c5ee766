package cloud.zansoc.cli.ledger;

import picocli.CommandLine.Command;

/** Groups the commands about the ledger's books. */
@Command(
    name = "ledger",
    description = "Check the ledger: the hub's books, for its operators, and rewards, for anyone.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {LedgerReconcileCommand.class, RewardsCommand.class})
public final class LedgerCommand {}
