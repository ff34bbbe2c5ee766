package cloud.zansoc.cli.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.node.NodeView;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "pause",
    description = "Take nothing new; what is stored is served on, and instances run on.")
final class HostPauseCommand extends HostActionCommand {
  @Option(
      names = "--now",
      description =
          "Have the machine back: its instances are moved to other hosts, and those that cannot move in time are stopped.")
  private boolean now;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description =
          "With --now, how long they have to move, for example 30m; 0s: none (default: 10m).")
  private Optional<Duration> grace = Optional.empty();

  HostPauseCommand() {
    super("pause", "%s takes nothing new, within ten seconds. Go on with 'zansoc host resume'.");
  }

  @Override
  Action action() {
    if (now) {
      return new Action("clear", grace, HostPauseCommand::reclaimed);
    }
    if (grace.isPresent()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "--grace goes with --now: without it instances run on for as long as they are paid");
    }
    return super.action();
  }

  private static String reclaimed(NodeView node) {
    return "%s takes nothing new, and its instances are being moved to other hosts. Those that have not moved at %s are stopped. Go on with 'zansoc host resume'."
        .formatted(
            node.name(), node.reclaimed().map(Object::toString).orElse("the end of the grace"));
  }
}
