package cloud.zansoc.cli.host;

import picocli.CommandLine.Command;

@Command(name = "pause", description = "Take nothing new; what is stored is served on.")
final class HostPauseCommand extends HostActionCommand {
  HostPauseCommand() {
    super("pause", "%s takes nothing new, within ten seconds. Go on with 'zansoc host resume'.");
  }
}
