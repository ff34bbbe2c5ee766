package cloud.zansoc.compute.engine.docker;

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
import cloud.zansoc.compute.engine.GraphicsCard;
import cloud.zansoc.compute.engine.Specs;
import cloud.zansoc.net.node.MachineReport.Gpu;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which cards an instance gets, as far as it can be seen without a card. */
final class GraphicsCardRequestTest {
  private static final PeerId OWNER =
      new PeerId(Digest.sha256("cards".getBytes(StandardCharsets.UTF_8)));
  private static final List<GraphicsCard> CARDS =
      List.of(
          new GraphicsCard("GPU-01", new Gpu("NVIDIA T4", 0, "1")),
          new GraphicsCard("GPU-02", new Gpu("NVIDIA T4", 0, "1")),
          new GraphicsCard("GPU-03", new Gpu("NVIDIA H200", 0, "1")));

  private final Random random = new Random();

  @Test
  void settings_withCards_askForThoseDevicesOnly() throws Exception {
    DockerClientConfig configuration =
        DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    EngineFacts facts = new EngineFacts("docker", "1", true, true, false, Map.of("nofile", 1024L));

    JsonNode sent =
        configuration
            .getObjectMapper()
            .valueToTree(
                new ContainerSettings("bridge", "", facts)
                    .of(spec(2), Map.of(), List.of("GPU-02", "GPU-03")));

    assertThat(sent.get("DeviceRequests").toString())
        .contains("\"Driver\":\"nvidia\"")
        .contains("\"DeviceIDs\":[\"GPU-02\",\"GPU-03\"]")
        .contains("\"Capabilities\":[[\"gpu\",\"compute\",\"utility\"]]");
    assertThat(sent.get("Privileged").asBoolean()).isFalse();
    assertThat(sent.path("Devices").isEmpty()).isTrue();
  }

  @Test
  void create_onARealEngine_givesEachCardToOneInstance() {
    DockerSettings settings =
        new DockerSettings(
            OWNER,
            Optional.of(DockerDaemon.shared().address()),
            Optional.empty(),
            CARDS,
            Optional.empty());
    try (DockerEngine engine = DockerEngine.connect(settings)) {
      BaseImage.loadInto(engine);
      InstanceSpec first = spec(2);
      InstanceSpec second = spec(1);
      InstanceSpec third = spec(1);
      try {
        assertThat(engine.inventory().gpus())
            .containsExactly("NVIDIA T4", "NVIDIA T4", "NVIDIA H200");
        engine.create(first, Map.of());
        engine.create(second, Map.of());
        assertThatThrownBy(() -> engine.create(third, Map.of()))
            .isInstanceOfSatisfying(
                ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SPACE))
            .hasMessageContaining("0 of this host's 3 are free");

        engine.remove(second.id());
        engine.create(third, Map.of());

        assertThat(engine.find(third.id())).isPresent();
      } finally {
        engine.instances().forEach(each -> engine.remove(each.id()));
        engine.removeNetwork();
      }
    }
  }

  private InstanceSpec spec(int gpus) {
    InstanceSize size =
        new InstanceSize(500, ByteSize.ofMebibytes(64), ByteSize.ofMebibytes(256), gpus);
    return Specs.of(
        InstanceId.random(random), BaseImage.NAME, Map.of(), List.of(), size, List.of("cat"));
  }
}
