package cloud.zansoc.cli.local;

import cloud.zansoc.cli.CommonOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stops the local cloud. */
@Command(
    name = "down",
    description = "Stop the local cloud; its data stays unless --purge is given.")
public final class DownCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Option(names = "--purge", description = "Remove the cloud's data and log out of it.")
  private boolean purge;

  @Override
  public Integer call() {
    LocalCloud cloud = LocalOptions.existing(options.profile());
    List<String> running =
        cloud.processes().stream()
            .filter(process -> process.handle().isPresent())
            .map(LocalProcess::name)
            .toList();
    if (purge) {
      cloud.remove();
      options.profile().forgetHub();
    } else {
      cloud.stop();
    }
    options
        .output()
        .result(
            Map.of("stopped", running),
            running.isEmpty()
                ? "No local cloud was running."
                : "Stopped " + running.size() + " processes.");
    return 0;
  }
}
