package cloud.zansoc.cli.compute;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.client.ComputeHub;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "ls", description = "List the deployments.")
final class DeploymentListCommand extends ClientCommand {
  @Override
  protected void run(Session session, Output output) {
    List<DeploymentView> views = new ComputeHub(session.api()).deployments();
    if (output.isJson()) {
      output.json(views);
      return;
    }
    Instant now = Instant.now();
    output.table(
        DeploymentTexts.HEADERS,
        views.stream().map(view -> DeploymentTexts.row(view, now)).toList());
  }
}
