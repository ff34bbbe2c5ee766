package cloud.zansoc.cli.ledger;

import picocli.CommandLine.Command;

/** Groups the commands about the ledger's books. */
@Command(
    name = "ledger",
    description = "Compare the hub's books with the chain; for operators.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {LedgerReconcileCommand.class})
public final class LedgerCommand {}
