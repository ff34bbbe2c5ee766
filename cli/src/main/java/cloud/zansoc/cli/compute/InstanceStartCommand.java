package cloud.zansoc.cli.compute;

import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.client.ComputeHub;
import picocli.CommandLine.Command;

@Command(name = "start", description = "Start a stopped instance.")
final class InstanceStartCommand extends InstanceActionCommand {
  @Override
  InstanceView act(ComputeHub hub, String name) {
    return hub.start(name);
  }

  @Override
  String done() {
    return "is to be started";
  }
}
