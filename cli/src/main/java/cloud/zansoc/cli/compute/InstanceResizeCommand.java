package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.client.ComputeHub;
import cloud.zansoc.compute.client.SpecTexts;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "resize",
    description = "Give an instance other limits of CPU and memory while it runs.")
final class InstanceResizeCommand extends InstanceActionCommand {
  @Option(names = "--cpu", description = "Threads, such as 0.5 (default: as it has).")
  private Optional<String> cpu = Optional.empty();

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "Such as 512MiB (default: as it has).")
  private Optional<String> memory = Optional.empty();

  @Override
  InstanceView act(ComputeHub hub, String name) {
    if (cpu.isEmpty() && memory.isEmpty()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "say what it shall have: --cpu, --memory or both");
    }
    InstanceView before = hub.instance(name);
    InstanceSize size = before.size();
    try {
      int milliVcpus = cpu.map(SpecTexts::milliVcpus).orElse(size.milliVcpus());
      ByteSize bytes = memory.map(SpecTexts::memory).orElse(size.memory());
      return hub.resize(
          before.name() + "." + before.deployment(),
          new InstanceSize(milliVcpus, bytes, size.disk(), size.gpus()));
    } catch (IllegalArgumentException e) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  String done() {
    return "is to have the new size";
  }
}
