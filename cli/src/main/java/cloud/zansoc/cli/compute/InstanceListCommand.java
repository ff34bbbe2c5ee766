package cloud.zansoc.cli.compute;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.client.ComputeHub;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "ls", description = "List the instances, of one deployment or of all.")
final class InstanceListCommand extends ClientCommand {
  @Parameters(arity = "0..1", paramLabel = "DEPLOYMENT", description = "Its name (default: all).")
  private Optional<String> deployment = Optional.empty();

  @Override
  protected void run(Session session, Output output) {
    ComputeHub hub = new ComputeHub(session.api());
    List<InstanceView> instances =
        deployment.map(name -> hub.deployment(name).instances()).orElseGet(hub::instances);
    if (output.isJson()) {
      output.json(instances);
      return;
    }
    Instant now = Instant.now();
    output.table(
        InstanceTexts.HEADERS,
        instances.stream().map(instance -> InstanceTexts.row(instance, now)).toList());
  }
}
