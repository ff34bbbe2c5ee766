package cloud.zansoc.cli.node;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.TokenView;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(name = "ls", description = "List the tokens, without their secrets.")
final class TokenListCommand extends ClientCommand {
  @Override
  protected void run(Session session, Output output) {
    List<TokenView> tokens = session.api().callList(ApiCall.get("/v1/tokens"), TokenView.class);
    if (output.isJson()) {
      output.json(tokens);
      return;
    }
    Instant now = Instant.now();
    output.table(
        List.of("ID", "ROLE", "STATE", ">USES", "EXPIRES", "TENANT", "NOTE"),
        tokens.stream().map(token -> row(token, now)).toList());
  }

  static List<String> row(TokenView token, Instant now) {
    return List.of(
        token.id(),
        token.role().name().toLowerCase(Locale.ROOT),
        state(token, now),
        token.uses() + token.maxUses().map(most -> "/" + most).orElse(""),
        token.expires().toString(),
        token.tenant().orElse("-"),
        token.note());
  }

  private static String state(TokenView token, Instant now) {
    if (token.revoked()) {
      return "revoked";
    }
    if (!now.isBefore(token.expires())) {
      return "expired";
    }
    return token.maxUses().filter(most -> token.uses() >= most).isPresent() ? "used up" : "valid";
  }
}
