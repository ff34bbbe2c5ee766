package cloud.zansoc.cli.local;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Profile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The demonstration. */
@Command(
    name = "demo",
    description = {
      "Show a cloud that loses hosts and no data.",
      "Starts a hub and hosts of its own, stores a file, kills a third of the hosts, damages a",
      "block, reads the file back, waits for the repair, leases machines, pays, and cleans up."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int LEAST_HOSTS = 6;

  @Mixin private CommonOptions options;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "What to store (default: the JDK's module image, more than 100 MB).")
  private Optional<Path> file = Optional.empty();

  @Option(names = "--hosts", defaultValue = "12", description = "How many hosts (default: 12).")
  private int hosts;

  @Option(
      names = "--no-compute",
      description = "Leave out the chapter about leased machines, for which Docker is needed.")
  private boolean noCompute;

  @Override
  public Integer call() throws Exception {
    Path source =
        file.orElseGet(() -> Path.of(System.getProperty("java.home"), "lib", "modules"))
            .toAbsolutePath();
    if (!Files.isRegularFile(source) || !Files.isReadable(source)) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, source + " is not a readable file: name one to store");
    }
    if (hosts < LEAST_HOSTS) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the demonstration kills a third of the hosts and needs at least " + LEAST_HOSTS);
    }
    Path folder = Files.createTempDirectory("zansoc-demo-");
    Optional<Profile> images = noCompute ? Optional.empty() : Optional.of(options.profile());
    try (Demo demo = new Demo(options.output(), folder, hosts, images)) {
      demo.run(source);
    }
    return 0;
  }
}
