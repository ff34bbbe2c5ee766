package cloud.zansoc.cli.compute;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.cli.volume.VolumeTexts;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.api.VolumeView;
import cloud.zansoc.compute.client.ComputeHub;
import cloud.zansoc.net.http.ApiCall;
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
      return;
    }
    Instant now = Instant.now();
    InstanceTexts.lines(view, now).forEach(output::line);
    String name = view.deployment() + "/" + view.name();
    session.api().callList(ApiCall.get("/v1/volumes"), VolumeView.class).stream()
        .filter(volume -> volume.use().filter(use -> use.instance().equals(name)).isPresent())
        .forEach(volume ->
            output.line(
                "volume      %s, %s".formatted(volume.name(), VolumeTexts.safety(volume, now))));
  }
}
