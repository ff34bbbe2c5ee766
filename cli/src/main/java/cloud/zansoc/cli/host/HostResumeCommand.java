package cloud.zansoc.cli.host;

import picocli.CommandLine.Command;

@Command(name = "resume", description = "Take new blocks again.")
final class HostResumeCommand extends HostActionCommand {
  HostResumeCommand() {
    super("resume", "%s takes new blocks again, within ten seconds.");
  }
}
