package cloud.zansoc.cli.ssh;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.KeyRegistration;
import cloud.zansoc.net.node.KeyView;
import cloud.zansoc.net.node.SshView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "add",
    description =
        "Register a public key, so that whoever has its private key reaches your instances.")
final class KeyAddCommand extends ClientCommand {
  private static final int MOST_BYTES = 64 << 10;

  @Parameters(paramLabel = "FILE", description = "The public key, such as ~/.ssh/id_ed25519.pub.")
  private Path file;

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      description = "How long it counts, such as 12h or 30d (default: until it is removed).")
  private Optional<Duration> life = Optional.empty();

  @Override
  protected void run(Session session, Output output) {
    KeyRegistration registration =
        new KeyRegistration(text(), life.map(time -> Instant.now().plus(time)));
    KeyView key =
        session.api().call(ApiCall.post("/v1/keys").body(registration).idempotent(), KeyView.class);
    output.result(key, key.fingerprint() + " opens your instances now.");
    if (!output.isJson()) {
      SshView gateway = session.api().call(ApiCall.get("/v1/ssh"), SshView.class);
      output.note(
          "Reach one by: ssh -p %d INSTANCE@%s"
              .formatted(gateway.address().port(), gateway.address().host()));
    }
  }

  private String text() {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT, file + " is no public key: it is too long");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "cannot read %s: name a public key's file, or make one by ssh-keygen -t ed25519"
              .formatted(file),
          e);
    }
  }
}
