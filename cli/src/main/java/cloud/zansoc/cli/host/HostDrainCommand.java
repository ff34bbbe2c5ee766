package cloud.zansoc.cli.host;

import picocli.CommandLine.Command;

@Command(
    name = "drain",
    description = "Have the hub move this host's blocks to others, so that it can leave.")
final class HostDrainCommand extends HostActionCommand {
  HostDrainCommand() {
    super(
        "drain",
        "%s is draining: the hub moves its blocks away. When 'zansoc host status' shows none, run 'zansoc host leave'.");
  }
}
