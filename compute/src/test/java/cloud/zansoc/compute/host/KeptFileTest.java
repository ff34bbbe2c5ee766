package cloud.zansoc.compute.host;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.compute.api.HealthCheck;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.PortSpec;
import cloud.zansoc.compute.api.PrivateNetwork;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.VolumeMount;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The page docs/format/instance-order.md, its golden files and the code are one. */
final class KeptFileTest {
  private static final InstanceId ID = new InstanceId(0x2021222324252627L, 0x28292a2b2c2d2e2fL);
  private static final Instant TIME = Instant.parse("2026-07-01T12:00:00Z");

  @Test
  void encode_samples_areTheGoldenFiles() throws IOException {
    assertThat(KeptFile.encode(ordered())).asString().isEqualTo(golden("ordered"));
    assertThat(KeptFile.encode(removed())).asString().isEqualTo(golden("removed"));
  }

  @Test
  void decode_goldenFiles_areTheSamples() throws IOException {
    assertThat(KeptFile.decode(ID, golden("ordered").getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(ordered());
    assertThat(KeptFile.decode(ID, golden("removed").getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(removed());
  }

  @Test
  void decode_anyByteChangedOrCutOff_isDamaged() {
    byte[] good = KeptFile.encode(ordered());
    for (int at = 0; at < good.length - 1; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      assertThat(KeptFile.decode(ID, bad)).isInstanceOf(Kept.Damaged.class);
      assertThat(KeptFile.decode(ID, Arrays.copyOf(good, at))).isInstanceOf(Kept.Damaged.class);
    }
  }

  @Test
  void decode_anotherVersion_saysSo() {
    byte[] later =
        new String(KeptFile.encode(removed()), StandardCharsets.UTF_8)
            .replaceFirst(" 1 ", " 2 ")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(KeptFile.decode(ID, later))
        .isInstanceOfSatisfying(
            Kept.Damaged.class,
            damaged -> assertThat(damaged.reason()).contains("not of version 1"));
  }

  private static Kept.Ordered ordered() {
    InstanceSpec spec =
        new InstanceSpec(
            ID,
            "db-1",
            "shop",
            "tenant-1",
            "registry.example.org/db:17",
            List.of("serve", "--all"),
            Map.of("MODE", "fast"),
            new InstanceSize(1_500, ByteSize.ofMebibytes(512), ByteSize.ofGibibytes(10), 1),
            List.of(
                new InstanceSpec.Volume(
                    "volume-7",
                    new VolumeMount(
                        "data", "/data", ByteSize.ofGibibytes(5), Duration.ofSeconds(30)))),
            List.of(new PortSpec(5_432, PortSpec.Protocol.TCP, Optional.of(15_432))),
            RestartPolicy.ON_FAILURE,
            Optional.of(
                new HealthCheck(
                    HealthCheck.Kind.COMMAND,
                    0,
                    "",
                    List.of("ready"),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(2),
                    3)));
    PrivateNetwork place =
        new PrivateNetwork(
            "100.64.3.7/10",
            "AUTHORITY",
            "CERTIFICATE",
            "KEY",
            "shop",
            Map.of("100.64.0.1", List.of("hub.example.org:4242")),
            Map.of("db-1.shop.zan", "100.64.3.7"),
            List.of("00ff"));
    return new Kept.Ordered(
        new InstanceOrder(
            spec,
            3,
            8,
            InstanceOrder.Wanted.RUNNING,
            TIME,
            TIME.plusSeconds(3_600),
            Optional.of(place)),
        Optional.of(new Kept.Made(3, spec)),
        true);
  }

  private static Kept.Removed removed() {
    return new Kept.Removed(
        new InstanceStatus(
            ID,
            3,
            9,
            InstanceStatus.State.REMOVED,
            InstanceStatus.Health.UNKNOWN,
            "",
            TIME,
            2,
            Optional.of(143),
            86_400));
  }

  private static String golden(String name) throws IOException {
    String file = "/golden/instance-order-" + name + "-v1.instance";
    try (InputStream in = Objects.requireNonNull(KeptFileTest.class.getResourceAsStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
