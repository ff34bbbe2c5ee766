package cloud.zansoc.cli.host;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "pause",
    description = "Take nothing new; what is stored is served on, and instances run on.")
final class HostPauseCommand extends HostActionCommand {
  @Option(
      names = "--now",
      description =
          "Have the machine back: its instances are moved to other hosts, as far as others have room.")
  private boolean now;

  HostPauseCommand() {
    super("pause", "%s takes nothing new, within ten seconds. Go on with 'zansoc host resume'.");
  }

  @Override
  Action action() {
    return now
        ? new Action(
            "clear",
            "%s takes nothing new, and its instances are being moved to other hosts. Those for which no other has room stay until then. Go on with 'zansoc host resume'.")
        : super.action();
  }
}
