package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.EngineContract;
import cloud.zansoc.compute.engine.docker.BaseImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInfo;

/**
 * The suite on a real cluster, whose kubeconfig the environment variable ZANSOC_TEST_KUBECONFIG
 * names, and whose nodes have the tests' image; without one, on fabric8's server, which keeps what
 * it is given, with a fake kubelet behind it. One line says which.
 */
final class KubernetesEngineTest extends EngineContract {
  private static final PeerId OWNER =
      new PeerId(Digest.sha256("kubernetes test".getBytes(StandardCharsets.UTF_8)));
  private static final Optional<Path> KUBECONFIG =
      Optional.ofNullable(System.getenv("ZANSOC_TEST_KUBECONFIG")).map(Path::of);

  private static @Nullable KubernetesEngine engine;

  @BeforeAll
  static void connect() {
    engine = open();
    engine.requireIsolation();
  }

  @AfterAll
  static void disconnect(TestInfo test) {
    KubernetesEngine used = engine;
    if (used != null) {
      used.instances().forEach(each -> used.remove(each.id()));
      used.removeNamespaces();
      used.close();
    }
  }

  private static KubernetesEngine open() {
    return KubernetesEngine.connect(
        new KubernetesSettings(OWNER, KUBECONFIG, Optional.empty(), InstantSource.system()));
  }

  @Override
  protected Engine engine() {
    return java.util.Objects.requireNonNull(engine);
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
    return Set.of(Gap.LATE_STATISTICS, Gap.HALF_CLOSE);
  }
}
