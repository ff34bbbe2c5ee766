package cloud.zansoc.cli.local;

import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Output;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says which processes of the local cloud run. */
@Command(
    name = "status",
    description = "Say which processes of the local cloud run. Exit code 4 when none does.")
public final class StatusCommand implements Callable<Integer> {
  private static final int NOTHING_RUNS = 4;

  @Mixin private CommonOptions options;

  @Override
  public Integer call() {
    Output output = options.output();
    List<LocalProcess> processes = LocalOptions.existing(options.profile()).processes();
    List<List<String>> rows =
        processes.stream()
            .map(process ->
                List.of(
                    process.name(),
                    process.handle().isPresent() ? "running" : "stopped",
                    process.handle().map(handle -> Long.toString(handle.pid())).orElse("-"),
                    process.log().toString()))
            .toList();
    if (output.isJson()) {
      output.json(
          rows.stream()
              .map(row -> Map.of("name", row.get(0), "state", row.get(1), "pid", row.get(2)))
              .toList());
    } else {
      output.table(List.of("NAME", "STATE", ">PID", "LOG"), rows);
    }
    return processes.stream().anyMatch(process -> process.handle().isPresent()) ? 0 : NOTHING_RUNS;
  }
}
