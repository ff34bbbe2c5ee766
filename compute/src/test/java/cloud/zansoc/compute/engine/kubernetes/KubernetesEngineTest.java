package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.EngineContract;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.engine.docker.BaseImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The suite on a real cluster, whose kubeconfig the environment variable ZANSOC_TEST_KUBECONFIG
 * names and whose nodes have the tests' image; without one, on a {@link FakeCluster}. One line says
 * which.
 */
final class KubernetesEngineTest extends EngineContract {
  private static final PeerId OWNER =
      new PeerId(Digest.sha256("kubernetes test".getBytes(StandardCharsets.UTF_8)));
  private static final Optional<Path> KUBECONFIG =
      Optional.ofNullable(System.getenv("ZANSOC_TEST_KUBECONFIG")).map(Path::of);

  private static @Nullable FakeCluster fake;
  private static @Nullable KubernetesEngine engine;

  @BeforeAll
  static void connect() {
    if (KUBECONFIG.isEmpty()) {
      fake = new FakeCluster();
    }
    KubernetesEngine opened = open();
    engine = opened;
    opened.requireIsolation();
    System.out.println(
        "Kubernetes engine: the suite runs on %s; skipped for known gaps: %s"
            .formatted(
                fake == null
                    ? "a real cluster, " + opened.inventory().version()
                    : "fabric8's server with a fake kubelet, since ZANSOC_TEST_KUBECONFIG names no"
                        + " real cluster",
                known()));
  }

  @AfterAll
  static void disconnect() {
    KubernetesEngine used = engine;
    if (used != null) {
      used.instances().forEach(each -> used.remove(each.id()));
      used.removeNamespaces();
      used.close();
    }
    if (fake != null) {
      fake.close();
    }
  }

  private static KubernetesEngine open() {
    KubernetesSettings settings =
        new KubernetesSettings(OWNER, KUBECONFIG, Optional.empty(), InstantSource.system());
    return fake == null
        ? KubernetesEngine.connect(settings)
        : new KubernetesEngine(settings, fake.connect());
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
    return fake == null ? BaseImage.NAME : MemoryEngine.IMAGE;
  }

  @Override
  protected Set<Gap> gaps() {
    return known();
  }

  private static Set<Gap> known() {
    return fake == null
        ? EnumSet.of(Gap.LATE_STATISTICS, Gap.HALF_CLOSE)
        : EnumSet.of(Gap.LATE_STATISTICS, Gap.HALF_CLOSE, Gap.FOLLOWED_LOG);
  }
}
