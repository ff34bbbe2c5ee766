package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.EngineContract;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The suite on a real Podman; what version 4.3 does worse is named. */
final class PodmanEngineTest extends EngineContract {
  private static final PeerId OWNER =
      new PeerId(Digest.sha256("podman test".getBytes(StandardCharsets.UTF_8)));

  private static @Nullable PodmanService podman;
  private static @Nullable DockerEngine engine;

  @BeforeAll
  static void connect() {
    podman = PodmanService.start();
    engine = open();
    BaseImage.loadInto(engine);
  }

  @AfterAll
  static void disconnect() {
    DockerEngine used = engine;
    if (used != null) {
      used.instances().forEach(each -> used.remove(each.id()));
      used.removeNetwork();
      used.close();
    }
    if (podman != null) {
      podman.close();
    }
  }

  private static DockerEngine open() {
    return DockerEngine.connect(
        DockerSettings.of(OWNER, Optional.of(Objects.requireNonNull(podman).address())));
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

  @Override
  protected Set<Gap> gaps() {
    return Set.of(Gap.WANT_OF_MEMORY, Gap.RESIZED_LIMIT, Gap.UNREAD_INPUT);
  }
}
