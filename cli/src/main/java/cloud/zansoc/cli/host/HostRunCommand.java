package cloud.zansoc.cli.host;

import cloud.zansoc.cli.CommonOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "run",
    description = "Run the agent of a host that has joined, until it is told to stop.")
final class HostRunCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private FolderOption folder;

  @Override
  public Integer call() throws InterruptedException {
    return ForegroundAgent.run(folder.folder(), options.output());
  }
}
