package cloud.zansoc.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.network.NetworkAddress;
import cloud.zansoc.hub.endpoint.EndpointSettings;
import cloud.zansoc.net.HostAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HubConfigurationFileTest {
  @TempDir private Path folder;

  @Test
  void read_nothingGiven_isTheDefaults() {
    HubConfiguration configuration = HubConfigurationFile.read(folder, Map.of());

    assertThat(configuration).isEqualTo(HubConfiguration.defaults(folder));
    assertThat(configuration.listening().apiPort()).isEqualTo(7443);
    assertThat(configuration.listening().peerPort()).isEqualTo(7444);
    assertThat(configuration.listening().sshPort()).contains(2222);
    assertThat(configuration.timeouts().heartbeat()).isEqualTo(Duration.ofSeconds(10));
    assertThat(configuration.timeouts().offline()).isEqualTo(Duration.ofSeconds(35));
    assertThat(configuration.timeouts().lost()).isEqualTo(Duration.ofMinutes(30));
    assertThat(configuration.membership().quota()).contains(ByteSize.parse("1TB"));
    assertThat(configuration.membership().tokenLife()).isEqualTo(Duration.ofHours(24));
    assertThat(configuration.admission().vcpus()).isEqualTo(2);
    assertThat(configuration.endpoints().httpPort()).contains(8080);
    assertThat(configuration.endpoints().httpsPort()).contains(8443);
    assertThat(configuration.database())
        .isEqualTo("jdbc:sqlite:" + folder.resolve("hub.sqlite").toAbsolutePath());
  }

  @Test
  void read_endpoints_areAsWritten() {
    EndpointSettings some =
        HubConfigurationFile.read(
                folder,
                Map.of(
                    "endpoint-http-port", "80",
                    "endpoint-https-port", "none",
                    "endpoint-domain", "apps.example.org",
                    "endpoint-ports", "7000-7009",
                    "endpoint-certificate", "/etc/tls/chain.pem",
                    "endpoint-key", "/etc/tls/key.pem"))
            .endpoints();

    assertThat(some)
        .isEqualTo(
            new EndpointSettings(
                Optional.of(80),
                Optional.empty(),
                Optional.of("apps.example.org"),
                Optional.of(new EndpointSettings.PortRange(7000, 7009)),
                Optional.of(
                    new EndpointSettings.PemFiles(
                        Path.of("/etc/tls/chain.pem"), Path.of("/etc/tls/key.pem")))));
    EndpointSettings beside =
        HubConfigurationFile.read(folder, Map.of("api-port", "0", "endpoint-ports", "none"))
            .endpoints();
    assertThat(beside.httpPort()).contains(0);
    assertThat(beside.tcpPorts()).isEmpty();
  }

  @Test
  void read_fileAndOverrides_theOverridesWin() throws IOException {
    Files.writeString(
        folder.resolve("hub.properties"),
        "ssh-port=none\napi-port = 1\nlost-after=90s\nincomplete-after=5s\nquota=none\nadmission.memory = 4GiB\nadvertise=hub.example\n");

    HubConfiguration configuration =
        HubConfigurationFile.read(
            folder, Map.of("api-port", "0", "jdbc-url", "jdbc:postgresql://x/y"));

    assertThat(configuration.listening().apiPort()).isZero();
    assertThat(configuration.listening().sshPort()).isEmpty();
    assertThat(configuration.listening().advertised()).contains("hub.example");
    assertThat(configuration.timeouts().lost()).isEqualTo(Duration.ofSeconds(90));
    assertThat(configuration.repair().incompleteAfter()).isEqualTo(Duration.ofSeconds(5));
    assertThat(configuration.membership().quota()).isEqualTo(Optional.empty());
    assertThat(configuration.admission().memory()).isEqualTo(ByteSize.ofGibibytes(4));
    assertThat(configuration.database()).isEqualTo("jdbc:postgresql://x/y");
  }

  @Test
  void read_networks_namesPortAndLighthousesElsewhere() {
    HubConfiguration configuration =
        HubConfigurationFile.read(
            folder,
            Map.of(
                "network-port",
                "none",
                "network-lighthouses",
                "100.64.0.2=192.0.2.7:4242 100.64.0.3=lh.example:5000"));

    assertThat(configuration.networks())
        .isEqualTo(
            new NetworkSettings(
                Optional.empty(),
                Map.of(
                    NetworkAddress.parse("100.64.0.2"),
                    new HostAddress("192.0.2.7", 4242),
                    NetworkAddress.parse("100.64.0.3"),
                    new HostAddress("lh.example", 5000))));
  }

  @ParameterizedTest
  @CsvSource({
    "network-port,70000",
    "network-lighthouses,192.0.2.7:4242",
    "network-lighthouses,100.64.0.1=192.0.2.7:4242",
    "network-lighthouses,100.64.1.0=192.0.2.7:4242",
    "network-lighthouses,100.64.0.2=a:1 100.64.0.2=b:1",
    "api-port,70000",
    "api-port,x",
    "lost-after,30",
    "lost-after,1s",
    "incomplete-after,-1",
    "quota,lots",
    "admission.vcpus,two",
    "chain,http://localhost:8545",
    "chain-id,x",
    "escrow,0x12",
    "chain,localhost:8545",
    "chain-for-members,http://localhost:8545",
    "router,0x0000000000000000000000000000000000000001",
    "twap,0x12",
    "reconcile-every,often",
    "endpoint-http-port,70000",
    "endpoint-domain,Not A Domain",
    "endpoint-ports,10000",
    "endpoint-ports,20000-10000",
    "endpoint-certificate,/etc/tls/chain.pem",
    "endpoint-key,/etc/tls/key.pem",
    "colour,blue"
  })
  void read_badValue_isNamed(String name, String value) {
    assertThatThrownBy(() -> HubConfigurationFile.read(folder, Map.of(name, value)))
        .isInstanceOf(ZansocException.class)
        .hasMessageMatching("(?s).*(" + name + "|offline-after).*");
  }
}
