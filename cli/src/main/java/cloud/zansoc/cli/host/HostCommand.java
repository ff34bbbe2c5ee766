package cloud.zansoc.cli.host;

import picocli.CommandLine.Command;

/** Groups the commands about this machine as a host. */
@Command(
    name = "host",
    description = "Lend this machine to a network, and steer it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      HostJoinCommand.class,
      HostRunCommand.class,
      HostStatusCommand.class,
      HostPauseCommand.class,
      HostResumeCommand.class,
      HostDrainCommand.class,
      HostLeaveCommand.class,
      HostEstimateCommand.class,
      HostEarningsCommand.class,
      HostWithdrawCommand.class,
    })
public final class HostCommand {}
