package cloud.zansoc.cli.node;

import picocli.CommandLine.Command;

/** Groups the commands about join tokens. */
@Command(
    name = "token",
    description = "Invite hosts, clients and operators; for operators.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TokenCreateCommand.class, TokenListCommand.class, TokenRevokeCommand.class})
public final class TokenCommand {}
