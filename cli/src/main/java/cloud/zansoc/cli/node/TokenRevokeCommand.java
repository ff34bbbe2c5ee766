package cloud.zansoc.cli.node;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.net.http.ApiCall;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "revoke", description = "Make a token worthless; who joined with it stays.")
final class TokenRevokeCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", description = "As 'zansoc token ls' shows it.")
  private String id;

  @Override
  protected void run(Session session, Output output) {
    session.api().run(ApiCall.delete("/v1/tokens/{token}", id));
    output.result(Map.of("revoked", id), "Revoked " + id + ".");
  }
}
