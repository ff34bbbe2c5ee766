package cloud.zansoc.cli.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.HostConfigurationFile;
import cloud.zansoc.host.join.JoinRequest.ComputeWishes;
import cloud.zansoc.host.join.JoinRequest.Lend;
import cloud.zansoc.host.join.JoinRequest.PriceWishes;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** What a host lends of computing, by the names of its keys in host.properties. */
final class ComputeOptions {
  @Option(
      names = "--compute",
      description = {
        "Lend computing, or do not join. Without it (and without --no-compute) a machine that"
            + " joins",
        "for the first time lends computing if an engine is found and instances can be kept apart."
      })
  private boolean lend;

  @Option(names = "--no-compute", description = "Lend storage alone.")
  private boolean none;

  @Option(
      names = "--engine",
      paramLabel = "ADDRESS",
      description =
          "Where Docker or Podman listens, such as unix:///run/docker.sock (default: $DOCKER_HOST,"
              + " else the one that is found), or kubernetes[:CONTEXT].")
  private Optional<URI> engine = Optional.empty();

  @Option(
      names = "--cpus",
      paramLabel = "COUNT",
      converter = VcpusConverter.class,
      description = "Threads for all instances together, such as 3 or 1.5 (default: all but one).")
  private Optional<Integer> milliVcpus = Optional.empty();

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "Memory for them, such as 8GB (default: half of it).")
  private Optional<ByteSize> memory = Optional.empty();

  @Option(
      names = "--disk",
      paramLabel = "SIZE",
      description =
          "Disk for them and their volumes, beside --capacity (default: half of what is left).")
  private Optional<ByteSize> disk = Optional.empty();

  @Option(
      names = "--gpus",
      paramLabel = "COUNT",
      description = "Graphics cards (default: all that nvidia-smi finds).")
  private Optional<Integer> gpus = Optional.empty();

  @Option(
      names = "--price-vcpu",
      paramLabel = "USD",
      description = "Asked for a thread and hour (default: 0.0015).")
  private Optional<Money> vcpuPrice = Optional.empty();

  @Option(
      names = "--price-memory",
      paramLabel = "USD",
      description = "For a GB of memory and hour (default: 0.0005).")
  private Optional<Money> memoryPrice = Optional.empty();

  @Option(
      names = "--price-storage",
      paramLabel = "USD",
      description = "For a GB of an instance's disk and month (default: 0.001).")
  private Optional<Money> storagePrice = Optional.empty();

  @Option(
      names = "--price-egress",
      paramLabel = "USD",
      description = "For a GB that instances send (default: 0.001).")
  private Optional<Money> egressPrice = Optional.empty();

  @Option(
      names = "--price-gpu",
      paramLabel = "USD",
      description = "For a graphics card and hour (default: 0.1).")
  private Optional<Money> gpuPrice = Optional.empty();

  @Option(
      names = "--shortest",
      paramLabel = "TIME",
      description = "A lease lasts at least so long, such as 10m (default: 1m).")
  private Optional<Duration> shortest = Optional.empty();

  @Option(
      names = "--longest",
      paramLabel = "TIME",
      description = "And at most so long, such as 30d (default: no end).")
  private Optional<Duration> longest = Optional.empty();

  ComputeWishes wishes() {
    if (lend && none) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "--compute and --no-compute: give one of them");
    }
    return new ComputeWishes(
        lend ? Lend.YES : none ? Lend.NO : Lend.WHERE_POSSIBLE,
        engine,
        milliVcpus,
        memory,
        disk,
        gpus,
        new PriceWishes(vcpuPrice, memoryPrice, storagePrice, egressPrice, gpuPrice),
        shortest,
        longest);
  }

  static final class VcpusConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      try {
        return HostConfigurationFile.parseVcpus(text);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
