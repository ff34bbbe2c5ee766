package cloud.zansoc.cli.compute;

import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.client.ComputeHub;
import picocli.CommandLine.Command;

@Command(name = "restart", description = "Stop an instance and start it.")
final class InstanceRestartCommand extends InstanceActionCommand {
  @Override
  InstanceView act(ComputeHub hub, String name) {
    return hub.restart(name);
  }

  @Override
  String done() {
    return "is to be restarted";
  }
}
