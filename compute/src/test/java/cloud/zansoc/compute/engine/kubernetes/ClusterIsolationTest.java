package cloud.zansoc.compute.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.Commands;
import cloud.zansoc.compute.engine.Specs;
import cloud.zansoc.compute.engine.docker.BaseImage;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** What a real cluster refuses an instance, and whoever could write to its namespace. */
@EnabledIfEnvironmentVariable(
    named = "ZANSOC_TEST_KUBECONFIG",
    matches = ".+",
    disabledReason = "skipped: it takes a real cluster")
final class ClusterIsolationTest {
  private static final PeerId OWNER =
      new PeerId(Digest.sha256("isolation".getBytes(StandardCharsets.UTF_8)));
  private static final InstanceId ID = InstanceId.random(new Random());

  private static @Nullable KubernetesEngine engine;
  private static @Nullable KubernetesClient client;

  @BeforeAll
  static void start() {
    Path kubeconfig = Path.of(System.getenv("ZANSOC_TEST_KUBECONFIG"));
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(null, kubeconfig.toFile()))
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build();
    engine =
        KubernetesEngine.connect(
            new KubernetesSettings(
                OWNER, Optional.of(kubeconfig), Optional.empty(), InstantSource.system()));
    engine().create(Specs.of(ID, BaseImage.NAME, "sleep", "3600"), Map.of());
    engine().start(ID);
  }

  @AfterAll
  static void end() {
    engine().remove(ID);
    engine().removeNamespaces();
    engine().close();
    client().close();
  }

  private static KubernetesEngine engine() {
    return Objects.requireNonNull(engine);
  }

  private static KubernetesClient client() {
    return Objects.requireNonNull(client);
  }

  private static String shell(String script) {
    return Commands.run(engine(), ID, "sh", "-c", script).stdout().strip();
  }

  @Test
  void inside_noPrivilegesAreLeftOrCanBeGained() {
    assertThat(shell("grep NoNewPrivs /proc/self/status")).endsWith("1");
    assertThat(shell("grep Seccomp: /proc/self/status")).endsWith("2");
    // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, NET_BIND_SERVICE.
    assertThat(shell("grep CapBnd /proc/self/status")).endsWith("00000000000004fb");
    assertThat(shell("mount -t tmpfs none /mnt 2>&1 || echo refused")).endsWith("refused");
  }

  @Test
  void inside_noAccountOfTheCluster() {
    assertThat(shell("ls /var/run/secrets 2>&1 || echo none")).endsWith("none");
  }

  @Test
  void inItsNamespace_podInTheNodesNetwork_refused() {
    assertThatThrownBy(() -> create(pod("host", true)))
        .hasMessageContaining("violates PodSecurity \"baseline");
  }

  @Test
  void inItsNamespace_oneMorePod_exceedsItsQuota() {
    assertThatThrownBy(() -> create(pod("more", false))).hasMessageContaining("exceeded quota");
  }

  private static void create(Pod pod) {
    String namespace =
        client()
            .pods()
            .inAnyNamespace()
            .withLabels(Labels.of(OWNER, ID))
            .list()
            .getItems()
            .getFirst()
            .getMetadata()
            .getNamespace();
    client().pods().inNamespace(namespace).resource(pod).create();
  }

  private static Pod pod(String name, boolean nodesNetwork) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withHostNetwork(nodesNetwork)
        .addNewContainer()
        .withName("c")
        .withImage(BaseImage.NAME)
        .withResources(PodSettings.resources(Specs.SIZE))
        .endContainer()
        .endSpec()
        .build();
  }

  @Test
  void pullImage_nameThatIsNone_invalidArgumentAndNothingIsLeft() {
    assertThatThrownBy(() -> engine().pullImage("UPPER/Case:1", line -> {}))
        .isInstanceOfSatisfying(
            ZansocException.class,
            e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    assertThat(client().pods().inNamespace("zansoc-images-" + OWNER.shortText()).list().getItems())
        .isEmpty();
  }

  @Test
  void pullImage_registryThatIsNotThere_unreachable() {
    assertThatThrownBy(() -> engine().pullImage("127.0.0.1:9/none:1", line -> {}))
        .isInstanceOfSatisfying(
            ZansocException.class,
            e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.UNREACHABLE))
        .hasMessageContaining("registry cannot be reached");
  }

  @Test
  void pullImage_thatANodeHas_isThere() {
    engine().pullImage(BaseImage.NAME, line -> {});
    assertThat(engine().hasImage(BaseImage.NAME)).isTrue();
  }
}
