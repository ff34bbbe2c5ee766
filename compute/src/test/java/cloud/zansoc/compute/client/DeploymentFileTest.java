package cloud.zansoc.compute.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.HealthCheck;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.PortSpec;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.api.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeploymentFileTest {
  private static final Path REFERENCE = Path.of("../docs/reference/deployment.md");

  @TempDir private Path folder;

  private DeploymentSpec parse(String text) {
    return DeploymentFile.parse(
        "shop.yaml", text, new SecretSource(Map.of("SESSION_KEY", "k1"), folder));
  }

  /** The first block of YAML in the reference. */
  private static String example() throws IOException {
    String reference = Files.readString(REFERENCE);
    int start = reference.indexOf("```yaml\n") + 8;
    return reference.substring(start, reference.indexOf("```", start));
  }

  @Test
  void read_exampleOfTheReference_isWhatItSays() throws IOException {
    Path file = folder.resolve("shop.yaml");
    Files.writeString(file, example());
    Files.writeString(folder.resolve("password.txt"), "p4ss word\n");

    DeploymentSpec spec = DeploymentFile.read(file, Map.of("SESSION_KEY", "k1"));

    ServiceSpec web =
        new ServiceSpec(
            "web",
            "registry.example/shop/web:3",
            List.of("/app/serve", "--port", "8080"),
            Map.of("DATABASE", "db-1.shop.zan:5432"),
            Map.of("SESSION_KEY", "k1"),
            new InstanceSize(500, ByteSize.ofMebibytes(512), ByteSize.ofGibibytes(5), 0),
            3,
            ServiceSpec.Spread.NETWORKS,
            Map.of("region", "in"),
            List.of(),
            List.of(new PortSpec(8080, PortSpec.Protocol.HTTP, Optional.empty())),
            RestartPolicy.ALWAYS,
            Optional.of(
                new HealthCheck(
                    HealthCheck.Kind.HTTP,
                    8080,
                    "/ready",
                    List.of(),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    3)));
    ServiceSpec db =
        new ServiceSpec(
            "db",
            "zs://images/postgresql",
            List.of(),
            Map.of(),
            Map.of("POSTGRES_PASSWORD", "p4ss word"),
            new InstanceSize(2000, ByteSize.ofGibibytes(4), ByteSize.ofGibibytes(10), 0),
            1,
            ServiceSpec.Spread.NONE,
            Map.of(),
            List.of(
                new VolumeMount(
                    "rows",
                    "/var/lib/postgresql",
                    ByteSize.ofGibibytes(20),
                    Duration.ofSeconds(30))),
            List.of(new PortSpec(5432, PortSpec.Protocol.TCP, Optional.of(15432))),
            RestartPolicy.ON_FAILURE,
            Optional.of(
                new HealthCheck(
                    HealthCheck.Kind.TCP,
                    5432,
                    "",
                    List.of(),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5),
                    3)));
    assertThat(spec)
        .isEqualTo(
            new DeploymentSpec(
                "shop",
                List.of(web, db),
                true,
                Optional.of(new Money(50_000)),
                Optional.of(Duration.ofDays(30))));
  }

  @Test
  void parse_oneServiceAtTheTop_hasTheDeploymentsNameAndTheUsualRest() {
    DeploymentSpec spec = parse("name: web\nimage: debian:12\ncommand: echo $HOME\n");

    assertThat(spec.privateNetwork()).isFalse();
    ServiceSpec service = spec.services().getFirst();
    assertThat(service.name()).isEqualTo("web");
    assertThat(service.command()).containsExactly("/bin/sh", "-c", "echo $HOME");
    assertThat(service.replicas()).isEqualTo(1);
    assertThat(service.size())
        .isEqualTo(new InstanceSize(1000, ByteSize.ofGibibytes(1), ByteSize.ofGibibytes(10), 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replica: 3 | 3:1: a deployment has no field 'replica': did you mean 'replicas'?",
        "zebra: 3 | 3:1: a deployment has no field 'zebra': it has name, services, private-network,",
        "replicas: three | 3:11: 'replicas': 'three' is not a whole number; write for example 3",
        "replicas: [3] | 3:11: 'replicas' is one value, not a list",
        "replicas: 5000 | 3:11: 'replicas': a service has 0 to 1000 replicas, not 5000",
        "cpu: lots | 3:6: 'cpu': 'lots' is not a number of vCPUs; write for example 0.5 or 2",
        "cpu: 500m | 3:6: 'cpu': '500m' is not a number of vCPUs",
        "memory: 512 Mega | 3:9: 'memory': '512 Mega' is not a size; write for example 500GB",
        "memory: 512 | 3:9: 'memory': an instance needs at least 16.0 MiB, and this is 512 B; write for example 512MiB",
        "cpu: 0.000 | 3:6: 'cpu': an instance needs more than 0 vCPUs",
        "memory: | 3:8: 'memory' has no value",
        "spread: host | 3:9: 'spread': 'host' is no spread: did you mean 'hosts'? There is none, hosts, networks, regions",
        "restart: sometimes | 3:10: 'restart': 'sometimes' is no restart policy: there is always, on-failure, never",
        "ports: 80 | 3:8: 'ports' is a list: write '- VALUE' in a line each",
        "ports: [80/htp] | 3:9: 'ports': 'htp' is no protocol: did you mean 'http'?",
        "ports: [99999] | 3:9: 'ports': a port is 1 to 65535, not 99999",
        "'ports: [\"80/http:8080\"]' | 3:9: 'ports': '80/http:8080': only a tcp port has a number of its own at the hub; write 80/tcp:8080",
        "labels: [a] | 3:9: 'labels' is written as fields",
        "env: {A: [1]} | 3:10: 'A' is one value, not a list",
        "private-network: yes | 3:18: 'private-network': 'yes' is neither true nor false",
        "max-price-per-hour: cheap | 3:21: 'max-price-per-hour': 'cheap' is not an amount",
        "duration: 3 weeks | 3:11: 'duration': '3 weeks' is not a time; write for example 30m, 24h or 7d",
        "volumes: [{name: d}] | 3:11: a volume needs the field 'path'",
        "'volumes: [{name: d, path: data}]' | 3:11: a volume: a volume is mounted at a path such as /data, not data",
        "'volumes: [{nam: d, path: /d}]' | 3:12: a volume has no field 'nam': did you mean 'name'?",
        "health: {} | 3:9: a health check has one of 'http: /PATH', 'tcp: PORT' and 'command: [...]'",
        "health: {http: /} | 3:9: a health check by http needs a 'port'",
        "'health: {http: x, port: 80}' | 3:9: a health check: a health check needs a port and a path",
        "secrets: {A: {env: NO_SUCH}} | 3:20: 'env': the environment has no variable NO_SUCH",
        "secrets: {A: {file: nowhere}} | 3:21: 'file': cannot read",
        "secrets: {A: {}} | 3:14: secret A comes from either 'env' or 'file'",
        "name: again | 3:1: 'name' is written twice: it stands in line 1 already",
        "services: {a: {image: x}} | 2:8: 'image' belongs to a service: write it under 'services'",
      })
  void parse_wrongField_isNamedWithItsPlace(String line, String message) {
    assertThatThrownBy(() -> parse("name: web\nimage: debian:12\n" + line + "\n"))
        .isInstanceOfSatisfying(
            ZansocException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e).hasMessageStartingWith("shop.yaml:" + message);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image: x | 1:1: a deployment needs the field 'name'",
        "name: web | 1:1: a deployment needs the field 'image'",
        "'name: a\nservices:\n  B: {image: x}' | 3:6: a service: 'B' cannot be the name of a service",
        "'name: A\nimage: x' | 1:7: 'name': 'A' cannot be the name of a deployment",
        "'name: a\nservices:' | 2:10: 'services' is written as fields",
        "'name: a\nservices: {}' | 1:1: a deployment: deployment a has no service",
        "'' | 1:1: a deployment is written as fields",
        "just text | 1:1: a deployment is written as fields",
      })
  void parse_wrongWhole_isNamed(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(ZansocException.class)
        .hasMessageStartingWith("shop.yaml:" + message);
  }

  @Test
  void read_noFile_saysWhich() {
    Path file = folder.resolve("nothing.yaml");
    assertThatThrownBy(() -> DeploymentFile.read(file, Map.of()))
        .isInstanceOf(ZansocException.class)
        .hasMessageContaining("cannot read " + file);
  }

  @Test
  void distance_ofNames_countsChanges() {
    assertThat(NearestName.distance("replicas", "replicas")).isZero();
    assertThat(NearestName.distance("", "cpu")).isEqualTo(3);
    assertThat(NearestName.distance("memroy", "memory")).isEqualTo(1);
    assertThat(NearestName.distance("replica", "replicas")).isEqualTo(1);
  }
}
