package cloud.zansoc.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.HostConfiguration.Compute;
import cloud.zansoc.host.HostConfiguration.Hub;
import cloud.zansoc.host.HostConfiguration.Network;
import cloud.zansoc.host.HostConfiguration.Offer;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.node.ComputeOffer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostConfigurationFileTest {
  private static final byte[] KEY = new byte[32];
  private static final String LEAST =
      "hub=hub.example.org:7000\nhub.peer=hub.example.org:7001\nhub.key="
          + Base32.encode(KEY)
          + "\nname=attic\ncapacity=500GB\n";
  private static final String COMPUTE =
      LEAST + "compute.engine=auto\ncompute.cpus=1.5\n" + "compute.memory=4GB\ncompute.disk=20GB\n";

  @Test
  void read_whatWasWritten_isEqual(@TempDir Path folder) throws IOException {
    HostConfiguration configuration =
        new HostConfiguration(
            new Hub(HostAddress.parse("[2001:db8::1]:7000"), HostAddress.parse("h:1"), KEY),
            "attic-1",
            new Offer(
                ByteSize.parse("1.5TB"),
                ByteSize.ofGibibytes(5),
                Money.parseUsd("0.95"),
                Map.of("zone", "home = 1 # é \\ x", "rack", ""),
                Schedule.parse("mon-fri 18:00-08:00; sat,sun 00:00-24:00")),
            new Network(
                Optional.of(HostAddress.parse("0.0.0.0:7070")),
                Optional.of(HostAddress.parse("home.example.org:7071")),
                Optional.of(ByteSize.parse("1MB")),
                Optional.empty()),
            Optional.of(
                new Compute(
                    URI.create("unix:///run/docker.sock"),
                    new ComputeOffer.Capacity(
                        3_500, ByteSize.ofGibibytes(6), ByteSize.ofGibibytes(40), 1),
                    new ComputeOffer.Prices(
                        new Money(1), new Money(2), new Money(3), new Money(4), new Money(5)),
                    Duration.ofMinutes(10),
                    Optional.of(Duration.ofDays(30)),
                    Optional.of(URI.create("https://node.example/key")))));
    Path file = folder.resolve("host.properties");
    HostConfigurationFile.write(configuration, file);
    assertThat(HostConfigurationFile.read(file)).isEqualTo(configuration);
  }

  @Test
  void parse_leastKeys_hasTheDefaults() {
    HostConfiguration configuration = HostConfigurationFile.parse(LEAST);
    assertThat(configuration.offer())
        .isEqualTo(
            new Offer(
                ByteSize.parse("500GB"),
                ByteSize.ofGibibytes(1),
                Money.parseUsd("1"),
                Map.of(),
                Schedule.ALWAYS));
    assertThat(configuration.network()).isEqualTo(Network.RELAY_ONLY);
    assertThat(configuration.compute()).isEmpty();
  }

  @Test
  void parse_leastKeysOfComputing_hasTheLedgersPrices() {
    assertThat(HostConfigurationFile.parse(COMPUTE).compute())
        .contains(
            new Compute(
                Compute.DEFAULT_ENGINE,
                new ComputeOffer.Capacity(1_500, ByteSize.parse("4GB"), ByteSize.parse("20GB"), 0),
                Compute.DEFAULT_PRICES,
                Compute.DEFAULT_SHORTEST,
                Optional.empty()));
  }

  @Test
  void parse_wrongKeyOfComputing_namesIt() {
    assertWrong(COMPUTE.replace("compute.memory=4GB\n", ""), "'compute.memory' is missing");
    assertWrong(COMPUTE.replace("=1.5", "=many"), "the key 'compute.cpus': 'many' is no number");
    assertWrong(COMPUTE.replace("=1.5", "=1.0005"), "the key 'compute.cpus'");
    assertWrong(COMPUTE.replace("=1.5", "=0"), "more than 0 vCPUs");
    assertWrong(COMPUTE.replace("=4GB", "=1MB"), "at least 16.0 MiB of memory");
    assertWrong(COMPUTE + "compute.longest=1year\n", "the key 'compute.longest': '1year'");
    assertWrong(COMPUTE + "compute.longest=1s\n", "not below compute.shortest");
    assertWrong(COMPUTE + "compute.price.gpu=free\n", "the key 'compute.price.gpu'");
  }

  @Test
  void parse_missingUnknownOrWrongKey_namesIt() {
    assertWrong(LEAST.replace("name=attic\n", ""), "'name' is missing");
    assertWrong(LEAST.replace("hub.key=aa", "hub.key="), "the key 'hub.key'");
    assertWrong(LEAST + "capcity=1\n", "'capcity' is not a key");
    assertWrong(LEAST + "schedule=often\n", "the key 'schedule': 'often' is not a schedule");
    assertWrong(LEAST + "advertise=h:1\n", "needs a port that listens");
    assertWrong(LEAST + "limit.up=1kB/s\n", "below 16kB/s");
    assertWrong(LEAST.replace("attic", "Attic_1"), "'Attic_1' is not a host name");
  }

  private static void assertWrong(String text, String message) {
    assertThatThrownBy(() -> HostConfigurationFile.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void read_missingFile_saysToJoin(@TempDir Path folder) {
    assertThatThrownBy(() -> HostConfigurationFile.read(folder.resolve("host.properties")))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("zansoc host join");
  }

  @Test
  void reachableAt_wildcard_isNoAddressForOthers() {
    Network network = HostConfigurationFile.parse(LEAST + "listen=0.0.0.0:7070\n").network();
    assertThat(network.reachableAt()).isEmpty();
    network = HostConfigurationFile.parse(LEAST + "listen=127.0.0.1:7070\n").network();
    assertThat(network.reachableAt()).contains(HostAddress.parse("127.0.0.1:7070"));
  }

  @Test
  void parseLimit_withAndWithoutPerSecond_isTheSame() {
    assertThat(HostConfigurationFile.parseLimit("10MB/s")).isEqualTo(ByteSize.parse("10MB"));
    assertThat(HostConfigurationFile.parseLimit("10MB")).isEqualTo(ByteSize.parse("10MB"));
  }
}
