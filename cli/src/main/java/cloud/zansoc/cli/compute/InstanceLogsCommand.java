package cloud.zansoc.cli.compute;

import cloud.zansoc.base.Durations;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.cli.Unclosed;
import cloud.zansoc.compute.client.ComputeHub;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "logs",
    description = "What an instance has written to its outputs, also after its command has ended.")
final class InstanceLogsCommand extends ClientCommand {
  @Parameters(paramLabel = "INSTANCE", description = "NAME, or NAME.DEPLOYMENT.")
  private String instance;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what it writes from now, until it ends.")
  private boolean follow;

  @Option(
      names = "--tail",
      paramLabel = "LINES",
      description = "Only the last lines (default: all that are kept, which are 8 MiB at least).")
  private Optional<Integer> tail = Optional.empty();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only what is younger than 90s, 30m or 2h, or since 2026-01-31T12:00:00Z.")
  private Optional<String> since = Optional.empty();

  @Override
  protected void run(Session session, Output output) throws IOException {
    ComputeHub hub = new ComputeHub(session.api());
    ComputeHub.LogPart part =
        new ComputeHub.LogPart(
            tail.map(InstanceLogsCommand::lines), since.map(InstanceLogsCommand::moment));
    try (OutputStream out =
        output.isJson() ? new JsonLines(output) : new Unclosed(output.terminal().out())) {
      if (follow) {
        hub.followLogs(instance, part, out);
      } else {
        try (InputStream log = hub.logs(instance, part)) {
          log.transferTo(out);
        }
      }
    }
  }

  private static int lines(int wanted) {
    if (wanted < 0) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "--tail is how many lines, 0 or more: " + wanted);
    }
    return wanted;
  }

  private static Instant moment(String text) {
    try {
      return text.contains("T") ? Instant.parse(text) : Instant.now().minus(Durations.parse(text));
    } catch (DateTimeParseException | IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "--since: '%s' is neither a time such as 30m nor a moment such as 2026-01-31T12:00:00Z"
              .formatted(text),
          e);
    }
  }
}
