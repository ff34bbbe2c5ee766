package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.EngineContract;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The suite on a real dockerd. */
final class DockerEngineTest extends EngineContract {
  private static final PeerId OWNER =
      new PeerId(Digest.sha256("engine test".getBytes(StandardCharsets.UTF_8)));

  private static @Nullable DockerEngine engine;

  @BeforeAll
  static void connect() {
    engine = open();
    BaseImage.loadInto(engine);
  }

  @AfterAll
  static void disconnect() {
    if (engine != null) {
      engine.removeNetwork();
      engine.close();
    }
  }

  private static DockerEngine open() {
    return DockerEngine.connect(
        DockerSettings.of(OWNER, Optional.of(DockerDaemon.shared().address())));
  }

  @Override
  protected Engine engine() {
    return Objects.requireNonNull(engine);
  }

  @Override
  protected Engine reopened() {
    return open();
  }

  @Override
  protected String image() {
    return BaseImage.NAME;
  }
}
