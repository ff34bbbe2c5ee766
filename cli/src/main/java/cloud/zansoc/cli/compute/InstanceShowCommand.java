package cloud.zansoc.cli.compute;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.client.ComputeHub;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Everything about one instance.")
final class InstanceShowCommand extends ClientCommand {
  @Parameters(paramLabel = "INSTANCE", description = "NAME, or NAME.DEPLOYMENT.")
  private String instance;

  @Override
  protected void run(Session session, Output output) {
    InstanceView view = new ComputeHub(session.api()).instance(instance);
    if (output.isJson()) {
      output.json(view);
    } else {
      InstanceTexts.lines(view, Instant.now()).forEach(output::line);
    }
  }
}
