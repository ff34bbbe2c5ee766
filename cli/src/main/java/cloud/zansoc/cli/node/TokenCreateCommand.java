package cloud.zansoc.cli.node;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.NewToken;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenRequest;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "create",
    description = "Make a token; it is shown once, the hub keeps only its digest.")
final class TokenCreateCommand extends ClientCommand {
  @Option(names = "--role", required = true, description = "host, client or operator.")
  private Role role;

  @Option(
      names = "--uses",
      paramLabel = "N",
      description = "How many may join (default: any number of hosts, one client or operator).")
  private Optional<Integer> uses = Optional.empty();

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      description = "How long it is valid, such as 30m, 24h or 7d (default: the hub's).")
  private Optional<Duration> life = Optional.empty();

  @Option(
      names = "--tenant",
      paramLabel = "ID",
      description = "An existing tenant that the clients join (default: one of their own each).")
  private Optional<String> tenant = Optional.empty();

  @Option(names = "--note", description = "What it is for, shown by 'token ls'.")
  private String note = "";

  @Override
  protected void run(Session session, Output output) {
    TokenRequest request =
        new TokenRequest(role, tenant, life.map(Duration::toSeconds), uses, note);
    NewToken token = session.api().call(ApiCall.post("/v1/tokens").body(request), NewToken.class);
    output.result(token, token.text());
    if (!output.isJson()) {
      String command =
          role == Role.HOST
              ? "zansoc host join " + session.hub().address() + " --token TOKEN"
              : "zansoc login " + session.hub().address() + " --token TOKEN";
      output.note(
          "Valid until " + token.token().expires() + ". Whoever is invited runs: " + command);
    }
  }
}
