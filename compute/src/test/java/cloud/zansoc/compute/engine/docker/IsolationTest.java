package cloud.zansoc.compute.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.engine.Await;
import cloud.zansoc.compute.engine.Commands;
import cloud.zansoc.compute.engine.Specs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Tries from inside real containers what must fail. The dockerd's namespace is the host; a second
 * one is its home network, with a neighbour and a metadata service, and the Internet behind it.
 * Each target is reached first without the firewall, so that a failure means the firewall.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IsolationTest {
  private static final PeerId OWNER =
      new PeerId(Digest.sha256("isolation".getBytes(StandardCharsets.UTF_8)));
  private static final int PORT = 8080;
  private static final String HOST = "10.99.0.2";
  private static final String NEIGHBOUR = "10.99.0.50";
  private static final String METADATA = "169.254.169.254";
  private static final String INTERNET = "8.8.4.4";
  private static final List<String> SLEEP = List.of("sleep", "3600");

  private final DockerDaemon daemon = DockerDaemon.shared();
  private final String home = daemon.namespace() + "-home";
  private final List<ServerSocket> servers = new ArrayList<>();
  private final Random random = new Random();
  private DockerEngine engine;
  private HostFirewall firewall;
  private InstanceId instance;
  private InstanceId other;

  @BeforeAll
  void build() throws Exception {
    String host = daemon.namespace();
    DockerDaemon.run("ip", "netns", "add", home);
    DockerDaemon.run("ip", "-n", home, "link", "set", "lo", "up");
    DockerDaemon.run(
        "ip", "-n", host, "link", "add", "uplink", "type", "veth", "peer", "name", "lan", "netns",
        home);
    DockerDaemon.run("ip", "-n", host, "addr", "add", HOST + "/24", "dev", "uplink");
    DockerDaemon.run("ip", "-n", host, "link", "set", "uplink", "up");
    DockerDaemon.run("ip", "-n", home, "addr", "add", "10.99.0.1/24", "dev", "lan");
    DockerDaemon.run("ip", "-n", home, "addr", "add", NEIGHBOUR + "/24", "dev", "lan");
    DockerDaemon.run("ip", "-n", home, "addr", "add", METADATA + "/32", "dev", "lo");
    DockerDaemon.run("ip", "-n", home, "addr", "add", INTERNET + "/32", "dev", "lo");
    DockerDaemon.run("ip", "-n", home, "link", "set", "lan", "up");
    DockerDaemon.run("ip", "-n", host, "route", "add", "default", "via", "10.99.0.1");
    serve(home);
    serve(host);

    engine = DockerEngine.connect(DockerSettings.of(OWNER, Optional.of(daemon.address())));
    BaseImage.loadInto(engine);
    firewall = HostFirewall.of(engine.bridge(), daemon.inNamespace());
    instance = start(SLEEP);
    other = start(List.of("socat", "TCP-LISTEN:" + PORT + ",fork,reuseaddr", "EXEC:cat"));
  }

  private InstanceId start(List<String> command) {
    InstanceId id = InstanceId.random(random);
    engine.create(Specs.of(id, BaseImage.NAME, command.toArray(String[]::new)), Map.of());
    engine.start(id);
    return id;
  }

  @AfterAll
  void takeDown() throws IOException {
    for (ServerSocket server : servers) {
      server.close();
    }
    if (engine != null) {
      engine.instances().forEach(each -> engine.remove(each.id()));
      engine.removeNetwork();
      engine.close();
    }
    if (firewall != null) {
      firewall.remove();
    }
    DockerDaemon.run("ip", "netns", "delete", home);
  }

  /** Answers every connection to the port in a namespace. */
  private void serve(String namespace) throws Exception {
    ServerSocket server =
        NetworkNamespace.call(
            Path.of("/run/netns", namespace),
            () -> {
              ServerSocket socket = new ServerSocket();
              socket.bind(new InetSocketAddress("0.0.0.0", PORT));
              return socket;
            });
    servers.add(server);
    Thread.ofPlatform().daemon().start(() -> accept(server));
  }

  private static void accept(ServerSocket server) {
    try {
      while (true) {
        try (Socket socket = server.accept()) {
          socket.getOutputStream().write('x');
        }
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  @Test
  void connections_toWhatIsNotTheInternet_failWithTheFirewallOnly() throws Exception {
    List<String> forbidden = List.of(HOST, gateway(), NEIGHBOUR, "10.99.0.1", METADATA);
    firewall.remove();
    for (String target : forbidden) {
      assertThat(reaches(target, PORT)).as("without the firewall: " + target).isTrue();
    }
    assertThat(reaches(INTERNET, PORT)).isTrue();

    firewall.set(List.of());
    firewall.set(List.of());

    for (String target : forbidden) {
      assertThat(reaches(target, PORT)).as("with the firewall: " + target).isFalse();
    }
    assertThat(reaches(INTERNET, PORT)).as("the Internet").isTrue();
  }

  @Test
  void connections_toAnExemption_succeedOnItsPortOnly() throws Exception {
    firewall.set(
        List.of(
            new HostFirewall.Exemption(NEIGHBOUR, HostFirewall.Exemption.Protocol.TCP, PORT),
            new HostFirewall.Exemption(HOST, HostFirewall.Exemption.Protocol.TCP, PORT)));

    assertThat(reaches(NEIGHBOUR, PORT)).isTrue();
    assertThat(reaches(HOST, PORT)).isTrue();
    assertThat(reaches("10.99.0.1", PORT)).isFalse();
  }

  @Test
  void connections_toAnotherInstance_fail() throws Exception {
    firewall.set(List.of());
    String address = Commands.run(engine, other, "hostname", "-I").stdout().strip();
    assertThat(address).matches("[0-9.]+");
    Await.until("its server", () -> servesItself(other), x -> x);

    assertThat(reaches(address, PORT)).isFalse();
    try (var connection = engine.connect(other, PORT)) {
      connection.output().write('x');
      assertThat(connection.input().read()).as("the agent reaches it").isEqualTo('x');
    }
  }

  private boolean servesItself(InstanceId id) {
    return Commands.run(engine, id, "nc", "-z", "127.0.0.1", "" + PORT).exitCode() == 0;
  }

  @Test
  void connections_fromTheHomeNetworkToAnInstance_fail() throws Exception {
    firewall.set(List.of());
    String address = Commands.run(engine, other, "hostname", "-I").stdout().strip();
    DockerDaemon.run("ip", "-n", home, "route", "replace", address + "/32", "via", HOST);

    boolean connected =
        NetworkNamespace.call(
            Path.of("/run/netns", home),
            () -> {
              try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, PORT), 1000);
                return true;
              } catch (IOException e) {
                return false;
              }
            });

    assertThat(connected).isFalse();
  }

  @Test
  void remove_ofTheFirewall_leavesNothing() {
    firewall.set(List.of());
    firewall.remove();
    firewall.remove();
    assertThat(SystemCommand.run(SystemCommand.join(daemon.inNamespace(), "nft", "list", "tables")))
        .doesNotContain(engine.bridge());
  }

  @Test
  void privileges_insideAnInstance_areFewAndCannotGrow() throws Exception {
    String status = Commands.run(engine, instance, "cat", "/proc/self/status").stdout();

    assertThat(status).contains("NoNewPrivs:\t1").contains("Seccomp:\t2");
    // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, NET_BIND_SERVICE: bits 0 1 3-7 10.
    assertThat(status).contains("CapBnd:\t00000000000004fb").contains("CapEff:\t00000000000004fb");
  }

  @Test
  void deeds_ofAnAttacker_fail() throws Exception {
    for (String deed :
        List.of(
            "mount -t tmpfs none /mnt",
            "mknod /srv/disk b 254 0",
            "unshare --user true",
            "ip link add attack type dummy",
            "ip addr add 10.99.0.9/24 dev eth0",
            "echo 1 > /proc/sys/kernel/sysrq",
            "echo c > /proc/sysrq-trigger",
            "test -e /var/run/docker.sock || test -e /run/docker.sock",
            "find / -xdev -name '*docker*.sock' | grep .",
            "chroot / true",
            "date -s 2001-01-01",
            "sysctl -w net.ipv4.ip_forward=1")) {
      assertThat(Commands.run(engine, instance, "sh", "-c", deed).exitCode()).as(deed).isNotZero();
    }
  }

  private String gateway() {
    String routes = Commands.run(engine, instance, "ip", "route", "show", "default").stdout();
    return routes.split(" ", -1)[2];
  }

  private boolean reaches(String address, int port) {
    return Commands.run(engine, instance, "nc", "-z", "-w", "2", address, "" + port).exitCode()
        == 0;
  }
}
