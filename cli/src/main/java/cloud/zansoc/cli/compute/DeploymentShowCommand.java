package cloud.zansoc.cli.compute;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.client.ComputeHub;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = "Everything about one deployment: its instances, its bill, what happened.")
final class DeploymentShowCommand extends ClientCommand {
  @Parameters(paramLabel = "DEPLOYMENT", description = "Its name.")
  private String name;

  @Override
  protected void run(Session session, Output output) {
    DeploymentView view = new ComputeHub(session.api()).deployment(name);
    if (output.isJson()) {
      output.json(view);
      return;
    }
    Instant now = Instant.now();
    DeploymentTexts.lines(view, now).forEach(output::line);
    output.line("");
    output.table(
        InstanceTexts.HEADERS,
        view.instances().stream().map(instance -> InstanceTexts.row(instance, now)).toList());
    if (!view.events().isEmpty()) {
      output.line("");
      DeploymentTexts.events(view).forEach(output::line);
    }
  }
}
