package cloud.zansoc.cli.ssh;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.KeyView;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "ls", description = "List the keys that are registered.")
final class KeyListCommand extends ClientCommand {
  @Override
  protected void run(Session session, Output output) {
    List<KeyView> keys = session.api().callList(ApiCall.get("/v1/keys"), KeyView.class);
    if (output.isJson()) {
      output.json(keys);
      return;
    }
    Instant now = Instant.now();
    output.table(
        List.of("FINGERPRINT", "TYPE", "ADDED", "EXPIRES", "COMMENT"),
        keys.stream().map(key -> row(key, now)).toList());
  }

  private static List<String> row(KeyView key, Instant now) {
    String expires =
        key.expires().map(end -> end.isAfter(now) ? end.toString() : "expired").orElse("-");
    return List.of(key.fingerprint(), key.type(), key.added().toString(), expires, key.comment());
  }
}
