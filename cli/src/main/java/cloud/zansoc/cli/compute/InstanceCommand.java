package cloud.zansoc.cli.compute;

import picocli.CommandLine.Command;

/** Groups the commands about instances. */
@Command(
    name = "instance",
    description = {
      "List, show, stop, start, restart, resize and remove instances.",
      "An instance is named NAME.DEPLOYMENT, such as web-1.shop, or NAME where there is one only."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InstanceListCommand.class,
      InstanceShowCommand.class,
      InstanceStopCommand.class,
      InstanceStartCommand.class,
      InstanceRestartCommand.class,
      InstanceResizeCommand.class,
      InstanceRemoveCommand.class
    })
public final class InstanceCommand {}
