package cloud.zansoc.compute.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.PrivateNetwork;
import cloud.zansoc.compute.engine.Await;
import cloud.zansoc.compute.engine.Commands;
import cloud.zansoc.compute.engine.Specs;
import cloud.zansoc.compute.host.NebulaNetwork;
import cloud.zansoc.compute.network.NebulaAuthority;
import cloud.zansoc.compute.network.NebulaAuthority.Validity;
import cloud.zansoc.compute.network.NebulaConfiguration;
import cloud.zansoc.compute.network.NebulaProcess;
import cloud.zansoc.compute.network.NetworkAddress;
import cloud.zansoc.compute.network.Programs;
import cloud.zansoc.net.HostAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real containers, without capabilities and kept apart by the firewall, in one private network: the
 * lighthouse relays between them.
 */
final class PrivateNetworkInDockerTest {
  private static final PeerId OWNER =
      new PeerId(Digest.sha256("network test".getBytes(StandardCharsets.UTF_8)));

  private static final InstanceId ONE = new InstanceId(71, 1);
  private static final InstanceId TWO = new InstanceId(71, 2);
  private static final int PORT = 7000;
  private static final int LIGHTHOUSE_PORT = 4242;
  private static final Map<String, String> NAMES =
      Map.of(
          "web-1", "100.64.9.1",
          "web-1.shop.zan", "100.64.9.1",
          "web-2", "100.64.9.2",
          "web-2.shop.zan", "100.64.9.2");

  @TempDir private Path folder;
  private NebulaAuthority authority;
  private DockerEngine engine;

  private DockerDaemon daemon;
  private HostFirewall firewall;
  private NebulaProcess lighthouse;

  @BeforeEach
  void open() {
    Optional<String> obstacle = NebulaNetwork.obstacle();
    Assumptions.assumeTrue(obstacle.isEmpty(), () -> "skipped: " + obstacle.orElseThrow());
    daemon = DockerDaemon.shared();
    authority = NebulaAuthority.loadOrCreate(folder.resolve("network"), Instant.now());
    engine = DockerEngine.connect(DockerSettings.of(OWNER, Optional.of(daemon.address())));
    BaseImage.loadInto(engine);
    firewall = HostFirewall.of(engine.bridge(), daemon.inNamespace());
    lighthouse = new NebulaProcess(folder.resolve("lighthouse"));
  }

  @AfterEach
  void close() {
    if (engine != null) {
      lighthouse.stop();
      engine.instances().forEach(each -> engine.remove(each.id()));
      firewall.remove();
      engine.removeNetwork();
      engine.close();
    }
  }

  @Test
  void containers_onOneHost_reachEachOtherByNameAlsoAfterTheyStartAgain() {
    try (NebulaNetwork network = new NebulaNetwork(folder.resolve("members"), this::exempt)) {
      start(ONE);
      start(TWO);
      String gateway =
          Commands.run(engine, ONE, "ip", "route", "show", "default").stdout().split(" ", -1)[2];
      startLighthouse();
      join(network, ONE, gateway);
      join(network, TWO, gateway);

      awaitAnswer(ONE, "web-2.shop.zan");
      awaitAnswer(TWO, "web-1");

      engine.stop(TWO, Duration.ZERO);
      engine.start(TWO);
      assertThat(hosts(TWO)).doesNotContain("web-1.shop.zan").contains("localhost");
      join(network, TWO, gateway);

      assertThat(hosts(TWO)).contains("100.64.9.1\tweb-1 web-1.shop.zan").contains("localhost");
      awaitAnswer(TWO, "web-1");
      awaitAnswer(ONE, "web-2");
      network.leave(ONE);
      network.leave(TWO);
      assertThat(hosts(ONE)).doesNotContain("web-1.shop.zan");
    }
  }

  private void exempt(Set<HostAddress> lighthouses) {
    firewall.set(
        lighthouses.stream()
            .map(its ->
                new HostFirewall.Exemption(
                    its.host(), HostFirewall.Exemption.Protocol.UDP, its.port()))
            .toList());
  }

  private void start(InstanceId id) {
    engine.create(
        Specs.of(
            id,
            BaseImage.NAME,
            "socat",
            "TCP-LISTEN:" + PORT + ",fork,reuseaddr",
            "SYSTEM:echo hello"),
        Map.of());
    engine.start(id);
  }

  private void startLighthouse() {
    Validity validity = Validity.of(Instant.now(), Duration.ofDays(1));
    lighthouse.configure(
        NebulaConfiguration.lighthouse(
            folder.resolve("lighthouse"),
            new NebulaConfiguration.Credentials(
                authority.certificate(),
                authority.sign("lighthouse", NetworkAddress.HUB, List.of(), validity).pem(),
                authority.memberKey("lighthouse", validity)),
            LIGHTHOUSE_PORT,
            List.of()));
    List<String> command = new ArrayList<>(daemon.inNamespace());
    command.add(Programs.find("nebula").orElseThrow().toString());
    lighthouse.start(command);
  }

  private void join(NebulaNetwork network, InstanceId id, String gateway) {
    NetworkAddress address = NetworkAddress.parse("100.64.9." + id.low());
    Validity validity = Validity.of(Instant.now(), Duration.ofDays(1));
    String purpose = id + ".1";
    network.join(
        id,
        engine.find(id).flatMap(its -> its.process()).orElseThrow(),
        new PrivateNetwork(
            address.withPrefix(),
            authority.certificate(),
            authority.sign(purpose, address, List.of("g"), validity).pem(),
            authority.memberKey(purpose, validity),
            "g",
            Map.of(NetworkAddress.HUB.toString(), List.of(gateway + ":" + LIGHTHOUSE_PORT)),
            NAMES,
            List.of()));
  }

  private void awaitAnswer(InstanceId from, String host) {
    Await.until(
        host + " answers",
        () ->
            Commands.run(engine, from, "timeout", "3", "socat", "-", "TCP:" + host + ":" + PORT)
                .stdout(),
        "hello\n"::equals);
  }

  private String hosts(InstanceId id) {
    return Commands.run(engine, id, "cat", "/etc/hosts").stdout();
  }
}
