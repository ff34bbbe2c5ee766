package cloud.zansoc.cli.ssh;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.net.http.ApiCall;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "rm",
    description = "Remove a key: it opens nothing any more; what it has opened goes on to its end.")
final class KeyRemoveCommand extends ClientCommand {
  @Parameters(
      paramLabel = "KEY",
      description = "Its fingerprint as 'zansoc key ls' shows it, or its comment.")
  private String key;

  @Override
  protected void run(Session session, Output output) {
    session.api().run(ApiCall.delete("/v1/keys").query("key", key));
    output.result(Map.of("removed", key), "Removed " + key + ".");
  }
}
