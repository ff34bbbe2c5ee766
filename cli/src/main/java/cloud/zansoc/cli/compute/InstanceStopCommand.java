package cloud.zansoc.cli.compute;

import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.client.ComputeHub;
import picocli.CommandLine.Command;

@Command(
    name = "stop",
    description = "Stop an instance; its data are kept for a while, and it is no longer paid.")
final class InstanceStopCommand extends InstanceActionCommand {
  @Override
  InstanceView act(ComputeHub hub, String name) {
    return hub.stop(name);
  }

  @Override
  String done() {
    return "is to be stopped";
  }
}
