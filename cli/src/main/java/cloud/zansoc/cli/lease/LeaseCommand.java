package cloud.zansoc.cli.lease;

import picocli.CommandLine.Command;

/** Groups the commands about leases. */
@Command(
    name = "lease",
    description = "Look at the leases that this profile's wallet pays for, prepay and close them.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      LeaseListCommand.class,
      LeaseShowCommand.class,
      LeaseTopUpCommand.class,
      LeaseCloseCommand.class,
      LeaseMandatesCommand.class,
      LeaseRevokeCommand.class,
    })
public final class LeaseCommand {}
