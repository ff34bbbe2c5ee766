package cloud.zansoc.compute.network;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.compute.api.PrivateNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NebulaConfigurationTest {
  @Test
  void member_isTheGoldenText() {
    PrivateNetwork place =
        new PrivateNetwork(
            "100.64.3.7/10",
            "AUTHORITY",
            "CERTIFICATE",
            "KEY",
            "g-one",
            Map.of(
                "100.64.0.2", List.of("lh.example:4242"), "100.64.0.1", List.of("192.0.2.1:4242")),
            Map.of("web-1", "100.64.3.7"),
            List.of("aa", "bb"));

    List<NebulaConfiguration.Part> parts =
        NebulaConfiguration.member(Path.of("/data/a \"folder\""), place);

    assertThat(parts)
        .extracting(NebulaConfiguration.Part::name)
        .containsExactly("ca.crt", "host.crt", "host.key", "config.yml");
    assertThat(parts.getFirst().text()).isEqualTo("AUTHORITY");
    assertThat(parts.getLast().text())
        .isEqualTo(
            """
            pki:
              ca: "/data/a \\"folder\\"/ca.crt"
              cert: "/data/a \\"folder\\"/host.crt"
              key: "/data/a \\"folder\\"/host.key"
              disconnect_invalid: true
              blocklist: ["aa", "bb"]
            static_host_map:
              "100.64.0.1": ["192.0.2.1:4242"]
              "100.64.0.2": ["lh.example:4242"]
            lighthouse:
              am_lighthouse: false
              interval: 10
              hosts: ["100.64.0.1", "100.64.0.2"]
            listen:
              host: 0.0.0.0
              port: 0
            punchy:
              punch: true
              respond: true
            relay:
              am_relay: false
              use_relays: true
              relays: ["100.64.0.1", "100.64.0.2"]
            tun:
              dev: zansoc0
              mtu: 1300
            sshd:
              enabled: false
            logging:
              level: warning
            firewall:
              outbound:
                - {port: any, proto: any, group: "g-one"}
              inbound:
                - {port: any, proto: any, group: "g-one"}
            """);
  }

  @Test
  void lighthouse_isTheGoldenText() {
    List<NebulaConfiguration.Part> parts =
        NebulaConfiguration.lighthouse(
            Path.of("/hub/network"),
            new NebulaConfiguration.Credentials("AUTHORITY", "CERTIFICATE", "KEY"),
            4242,
            List.of("cc"));

    assertThat(parts.getLast().text())
        .isEqualTo(
            """
            pki:
              ca: "/hub/network/ca.crt"
              cert: "/hub/network/host.crt"
              key: "/hub/network/host.key"
              disconnect_invalid: true
              blocklist: ["cc"]
            lighthouse:
              am_lighthouse: true
            listen:
              host: 0.0.0.0
              port: 4242
            punchy:
              punch: true
            relay:
              am_relay: true
              use_relays: false
            tun:
              disabled: true
            sshd:
              enabled: false
            logging:
              level: warning
            firewall:
              outbound: []
              inbound: []
            """);
  }
}
