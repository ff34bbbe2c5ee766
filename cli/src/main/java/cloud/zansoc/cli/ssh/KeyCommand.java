package cloud.zansoc.cli.ssh;

import picocli.CommandLine.Command;

/** Groups the commands about SSH keys. */
@Command(
    name = "key",
    description = "The SSH keys that open your instances; this profile's own identity always does.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {KeyAddCommand.class, KeyListCommand.class, KeyRemoveCommand.class})
public final class KeyCommand {}
