package cloud.zansoc.compute.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.compute.engine.EngineInventory;
import cloud.zansoc.compute.engine.GrantedCapabilities;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.engine.NotInternet;
import cloud.zansoc.compute.engine.Specs;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a cluster is asked for, as far as it can be seen without one. */
final class KubernetesRequestsTest {
  private static final PeerId OWNER =
      new PeerId(Digest.sha256("requests".getBytes(StandardCharsets.UTF_8)));

  private final FakeCluster cluster = new FakeCluster();
  private final KubernetesEngine engine = engine(OWNER);
  private final Random random = new Random();

  private KubernetesEngine engine(PeerId owner) {
    return new KubernetesEngine(
        KubernetesSettings.of(owner, "kubernetes", InstantSource.system()), cluster.connect());
  }

  @AfterEach
  void close() {
    engine.close();
    cluster.close();
  }

  private InstanceSpec spec(int gpus, String... command) {
    return Specs.of(
        InstanceId.random(random),
        MemoryEngine.IMAGE,
        Map.of("SECRET", "$(HOME) and more"),
        List.of(),
        new InstanceSize(500, ByteSize.ofMebibytes(64), ByteSize.ofMebibytes(256), gpus),
        List.of(command));
  }

  private Namespace namespace() {
    return cluster.client().namespaces().withLabel(Labels.DEPLOYMENT).list().getItems().getFirst();
  }

  @Test
  void create_first_makesABoundedNamespace() {
    engine.create(spec(1, "cat"), Map.of());
    engine.create(spec(1, "cat"), Map.of());

    Namespace namespace = namespace();
    String name = namespace.getMetadata().getName();
    assertThat(name).startsWith("zansoc-shop-");
    assertThat(namespace.getMetadata().getLabels())
        .containsEntry("pod-security.kubernetes.io/enforce", "baseline")
        .containsEntry(Labels.HOST, OWNER.toString());
    Map<String, Quantity> hard =
        cluster
            .client()
            .resourceQuotas()
            .inNamespace(name)
            .withName("zansoc")
            .get()
            .getSpec()
            .getHard();
    assertThat(hard)
        .containsEntry("pods", new Quantity("2"))
        .containsEntry("limits.cpu", new Quantity("1"))
        .containsEntry("requests.memory", new Quantity(Long.toString(128L << 20)))
        .containsEntry("requests.nvidia.com/gpu", new Quantity("2"))
        .containsEntry("services", new Quantity("0"));
    assertThat(
            cluster
                .client()
                .limitRanges()
                .inNamespace(name)
                .withName("zansoc")
                .get()
                .getSpec()
                .getLimits()
                .getFirst()
                .getMax())
        .containsEntry("cpu", new Quantity("0.5"));
  }

  @Test
  void create_ofAnyInstance_refusesAllButTheInternetAndNames() {
    engine.create(spec(0, "cat"), Map.of());

    NetworkPolicy policy =
        cluster
            .client()
            .network()
            .v1()
            .networkPolicies()
            .inNamespace(namespace().getMetadata().getName())
            .withName("zansoc")
            .get();

    assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(policy.getSpec().getIngress()).isEmpty();
    assertThat(policy.getSpec().getEgress()).hasSize(2);
    assertThat(policy.getSpec().getEgress().getFirst().getTo().getFirst().getIpBlock().getExcept())
        .containsAll(NotInternet.NETWORKS)
        .contains("11.0.0.0/24", "198.51.1.7/32");
    assertThat(policy.getSpec().getEgress().getLast().getPorts())
        .allMatch(port -> port.getPort().getIntVal() == 53);
  }

  @Test
  void start_ofAnyInstance_podHasFewPrivilegesAndNoAccount() {
    InstanceSpec spec = spec(2, "sh", "-c", "exit $(true)");
    engine.create(spec, Map.of());

    PodSpec pod =
        cluster
            .client()
            .v1()
            .podTemplates()
            .inAnyNamespace()
            .withLabels(Labels.of(OWNER, spec))
            .list()
            .getItems()
            .getFirst()
            .getTemplate()
            .getSpec();

    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getRestartPolicy()).isEqualTo("Never");
    assertThat(pod.getHostNetwork()).isNull();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    var container = pod.getContainers().getFirst();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getSecurityContext().getCapabilities().getAdd())
        .isEqualTo(GrantedCapabilities.NAMES);
    assertThat(container.getResources().getLimits())
        .isEqualTo(container.getResources().getRequests())
        .containsEntry("nvidia.com/gpu", new Quantity("2"))
        .containsEntry("ephemeral-storage", new Quantity(Long.toString(256L << 20)));
    assertThat(container.getArgs()).containsExactly("sh", "-c", "exit $$(true)");
    assertThat(container.getEnv()).as("variables may be secrets").isEmpty();
    assertThat(container.getEnvFrom().getFirst().getSecretRef().getName())
        .isEqualTo(Labels.name(spec.id()));
  }

  @Test
  void create_whereAStrongerRuntimeIs_usesIt() {
    for (String handler : List.of("runc", "runsc")) {
      cluster
          .client()
          .resource(
              new RuntimeClassBuilder()
                  .withNewMetadata()
                  .withName("class-" + handler)
                  .endMetadata()
                  .withHandler(handler)
                  .build())
          .create();
    }
    engine.create(spec(0, "cat"), Map.of());

    assertThat(engine.inventory().runtimes()).containsExactly("class-runsc");
    assertThat(
            cluster
                .client()
                .v1()
                .podTemplates()
                .inAnyNamespace()
                .list()
                .getItems()
                .getFirst()
                .getTemplate()
                .getSpec()
                .getRuntimeClassName())
        .isEqualTo("class-runsc");
  }

  @Test
  void create_withVolume_unsupported() {
    VolumeMount mount =
        new VolumeMount("data", "/data", ByteSize.ofMebibytes(1), Duration.ofSeconds(10));
    InstanceSpec spec =
        Specs.of(
            InstanceId.random(random),
            MemoryEngine.IMAGE,
            Map.of(),
            List.of(new InstanceSpec.Volume("volume-1", mount)),
            Specs.SIZE,
            List.of("cat"));
    assertThatThrownBy(() -> engine.create(spec, Map.of("volume-1", Path.of("/"))))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessageContaining("no volumes");
    assertThat(engine.find(spec.id())).isEmpty();
  }

  @Test
  void remove_lastOfANamespace_removesItToo() {
    InstanceSpec first = spec(0, "cat");
    InstanceSpec second = spec(0, "cat");
    engine.create(first, Map.of());
    engine.create(second, Map.of());

    engine.remove(first.id());
    assertThat(namespace()).isNotNull();
    engine.remove(second.id());

    assertThat(cluster.client().namespaces().withLabel(Labels.DEPLOYMENT).list().getItems())
        .isEmpty();
    assertThat(cluster.client().secrets().inAnyNamespace().list().getItems()).isEmpty();
  }

  @Test
  void instances_ofAnotherHost_areNotSeen() {
    InstanceSpec spec = spec(0, "cat");
    engine.create(spec, Map.of());
    PeerId other = new PeerId(Digest.sha256("other".getBytes(StandardCharsets.UTF_8)));
    try (KubernetesEngine others = engine(other)) {
      assertThat(others.instances()).isEmpty();
      assertThat(others.find(spec.id())).isEmpty();
      others.remove(spec.id());
    }
    assertThat(engine.find(spec.id())).isPresent();
  }

  @Test
  void inventory_withOthersPods_isWhatIsLeft() {
    Pod others =
        new PodBuilder()
            .withNewMetadata()
            .withName("others")
            .withNamespace("default")
            .endMetadata()
            .withNewSpec()
            .withNodeName(FakeCluster.NODE)
            .addNewContainer()
            .withName("c")
            .withNewResources()
            .addToRequests("cpu", new Quantity("1500m"))
            .addToRequests("memory", new Quantity("1Gi"))
            .addToRequests("nvidia.com/gpu", new Quantity("1"))
            .endResources()
            .endContainer()
            .endSpec()
            .build();
    cluster.client().resource(others).create();

    EngineInventory inventory = engine.inventory();

    assertThat(inventory.name()).isEqualTo("kubernetes");
    assertThat(inventory.version()).isEqualTo("v1.34.4");
    assertThat(inventory.milliVcpus()).isEqualTo(6_500);
    assertThat(inventory.memory()).isEqualTo(ByteSize.ofGibibytes(15));
    assertThat(inventory.disk()).isEqualTo(ByteSize.ofGibibytes(100));
    assertThat(inventory.gpus()).containsExactly("NVIDIA H100");
    assertThat(inventory.features()).isEmpty();
  }

  @Test
  void requireIsolation_nothingKnownToEnforcePolicies_unsupportedUntilItsOwnerSaysSo() {
    engine.requireIsolation();
    cluster
        .client()
        .nodes()
        .withName(FakeCluster.NODE)
        .edit(node ->
            new NodeBuilder(node)
                .editMetadata()
                .removeFromLabels(Labels.POLICIES)
                .endMetadata()
                .build());
    assertThatThrownBy(engine::requireIsolation)
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessageContaining("kubectl label nodes --all " + Labels.POLICIES + "=enforced");
  }

  @Test
  void settings_ofAnEngine_nameKubeconfigAndContext() {
    InstantSource clock = InstantSource.system();
    assertThat(KubernetesSettings.isMeant("unix:///run/docker.sock")).isFalse();
    assertThat(KubernetesSettings.isMeant("kubernetes")).isTrue();
    assertThat(KubernetesSettings.of(OWNER, "kubernetes", clock))
        .isEqualTo(new KubernetesSettings(OWNER, Optional.empty(), Optional.empty(), clock));
    assertThat(KubernetesSettings.of(OWNER, "kubernetes:home", clock))
        .isEqualTo(new KubernetesSettings(OWNER, Optional.empty(), Optional.of("home"), clock));
    assertThat(KubernetesSettings.of(OWNER, "kubernetes:/etc/k#home", clock))
        .isEqualTo(
            new KubernetesSettings(
                OWNER, Optional.of(Path.of("/etc/k")), Optional.of("home"), clock));
  }
}
