package cloud.zansoc.cli.compute;

import cloud.zansoc.cli.ssh.ExecCommand;
import picocli.CommandLine.Command;

/** Groups the commands about instances. */
@Command(
    name = "instance",
    description = {
      "List, show, measure, stop, start, restart, resize and remove instances; read their logs, run commands in them, copy files.",
      "An instance is named NAME.DEPLOYMENT, such as web-1.shop, or NAME where there is one only."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InstanceListCommand.class,
      InstanceShowCommand.class,
      InstanceLogsCommand.class,
      InstanceStatsCommand.class,
      ExecCommand.class,
      InstanceCopyCommand.class,
      InstanceStopCommand.class,
      InstanceStartCommand.class,
      InstanceRestartCommand.class,
      InstanceResizeCommand.class,
      InstanceRemoveCommand.class
    })
public final class InstanceCommand {}
