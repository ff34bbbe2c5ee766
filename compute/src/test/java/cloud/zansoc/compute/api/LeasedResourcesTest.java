package cloud.zansoc.compute.api;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.InstanceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The description of docs/format/lease-offer.md. */
final class LeasedResourcesTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/leased-resources-v1.json");
  private static final String DIGEST = "ghbfo6rx2xj4hrcv37575i7npzkoiufus4br3zgoxwts3qri2nwq";

  @Test
  void description_ofAnInstance_isThatOfTheGoldenFile() throws IOException {
    InstanceSpec instance = instance(Map.of());

    assertThat(new String(LeasedResources.describe(instance), StandardCharsets.UTF_8))
        .isEqualTo(Files.readString(GOLDEN));
    assertThat(LeasedResources.digest(instance)).hasToString(DIGEST);
  }

  @Test
  void digest_ofAnotherEnvironment_isTheSame_ofAnotherSizeAnother() {
    InstanceSpec secret = instance(Map.of("PASSWORD", "hunter2"));

    assertThat(LeasedResources.digest(secret)).hasToString(DIGEST);
    InstanceSize larger = new InstanceSize(1501, secret.size().memory(), secret.size().disk(), 1);
    assertThat(LeasedResources.digest(secret.resized(larger)).toString()).isNotEqualTo(DIGEST);
  }

  private static InstanceSpec instance(Map<String, String> environment) {
    return new InstanceSpec(
        InstanceId.parse("a".repeat(26)),
        "web-1",
        "shop",
        "tenant",
        "debian",
        List.of("sh", "-c", "echo \"hello\\n\"\u001f\té"),
        environment,
        new InstanceSize(1500, ByteSize.parse("2500MB"), ByteSize.parse("4GB"), 1),
        List.of(
            new InstanceSpec.Volume(
                "volume-1",
                new VolumeMount("data", "/data", ByteSize.parse("1GB"), Duration.ofMinutes(1)))),
        List.of(
            new PortSpec(443, PortSpec.Protocol.TCP, Optional.empty()),
            new PortSpec(80, PortSpec.Protocol.HTTP, Optional.empty())),
        RestartPolicy.ALWAYS,
        Optional.empty());
  }
}
