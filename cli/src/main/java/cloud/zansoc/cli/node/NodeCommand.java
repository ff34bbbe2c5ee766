package cloud.zansoc.cli.node;

import picocli.CommandLine.Command;

/** Groups the commands about the network's nodes. */
@Command(
    name = "node",
    description = "The machines of the network.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {NodeListCommand.class, NodeShowCommand.class})
public final class NodeCommand {}
