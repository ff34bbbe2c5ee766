package cloud.zansoc.hub.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.InstanceDirectory.Place;
import cloud.zansoc.compute.hub.InstanceStreams;
import cloud.zansoc.hub.registry.Member;
import cloud.zansoc.hub.registry.Members;
import cloud.zansoc.hub.registry.SshAccess;
import cloud.zansoc.hub.registry.Tenant;
import cloud.zansoc.hub.store.Database;
import cloud.zansoc.hub.store.SqlKeyStore;
import cloud.zansoc.hub.store.SqlRegistryStore;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BandwidthLimit;
import cloud.zansoc.net.block.BlockDialer.Relay;
import cloud.zansoc.net.block.BlockServer;
import cloud.zansoc.net.block.BlockService;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.control.ControlAgent;
import cloud.zansoc.net.control.ControlServer;
import cloud.zansoc.net.control.HostLink;
import cloud.zansoc.net.control.HostLinkListener;
import cloud.zansoc.net.control.HostServices;
import cloud.zansoc.net.control.StreamHandler;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.KeyRegistration;
import cloud.zansoc.net.node.Role;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A gateway, a host with instances, and a user with OpenSSH and a registered key. */
final class GatewayFixture implements AutoCloseable {
  static final String TENANT = "t1";
  private static final int PATIENCE_SECONDS = 60;

  final Identity hub = Identity.create(new SecureRandom());
  final Identity host = Identity.create(new SecureRandom());
  final Map<String, Place> instances = new ConcurrentHashMap<>();
  final Path folder;
  final SshAccess access;
  final Members members;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final ControlAgent agent;
  private final InstanceStreams streams;
  private SshGateway gateway;

  GatewayFixture(Path folder, StreamHandler handler) throws Exception {
    this.folder = folder;
    PeerTransport hubTransport = open(new PeerTransport(hub));
    PeerTransport hostTransport = open(new PeerTransport(host));
    CountDownLatch connected = new CountDownLatch(1);
    ControlServer server = open(new ControlServer(hubTransport, listener(connected)));
    InetSocketAddress peer =
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    BlockService none =
        (BlockService)
            Proxy.newProxyInstance(
                BlockService.class.getClassLoader(),
                new Class<?>[] {BlockService.class},
                (proxy, method, arguments) -> {
                  throw new UnsupportedOperationException();
                });
    BlockServer blocks = open(new BlockServer(hostTransport, none, BandwidthLimit.none()));
    agent =
        open(
            new ControlAgent(
                hostTransport,
                new Relay(hub.id(), new HostAddress("127.0.0.1", peer.getPort())),
                new HostServices((name, body) -> body, handler, blocks)));
    agent.start();
    assertThat(connected.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

    Database database = open(Database.open("jdbc:sqlite:" + folder.resolve("hub.sqlite")));
    members = new Members(new SqlRegistryStore(database));
    access = new SshAccess(new SqlKeyStore(database), members, Clock.systemUTC());
    streams =
        new InstanceStreams((id, name, request, timeout) ->
            server
                .link(id)
                .orElseThrow(() ->
                    new ZansocException(
                        ErrorCode.UNREACHABLE, "host " + id.shortText() + " is not connected"))
                .open(name, request, timeout));
    instances.put(
        "web-1", new Place(host.id(), InstanceId.random(new SecureRandom()), "web-1", "shop"));
    gateway = start();

    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "me@laptop", "-f", key().toString());
    register(Files.readString(Path.of(key() + ".pub")), Optional.empty());
    trust();
  }

  void register(String line, Optional<Instant> expires) {
    access.add(TENANT, new KeyRegistration(line, expires));
  }

  /** A member whose identity counts as a key. */
  void join(Identity identity) {
    Instant now = Instant.EPOCH;
    members.add(
        new Tenant(TENANT, TENANT, Optional.of(new ByteSize(1)), now),
        new Member(identity.id(), identity.publicKey(), "me", Role.CLIENT, TENANT, now));
  }

  /** Stops the gateway, and starts another one on the same files. */
  void restart() {
    gateway.close();
    gateway = start();
  }

  private SshGateway start() {
    return SshGateway.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway == null ? 0 : port()),
        folder.resolve(SshGateway.HOST_KEY),
        access,
        (tenant, name) -> {
          Place place = instances.get(name.replace(".shop", ""));
          if (place == null || !tenant.equals(TENANT)) {
            throw new ZansocException(
                ErrorCode.NOT_FOUND, "no instance is called '%s': there is web-1".formatted(name));
          }
          return place;
        },
        streams);
  }

  SshGateway gateway() {
    return gateway;
  }

  int port() {
    return gateway.port();
  }

  void cutOff() {
    agent.close();
  }

  Path key() {
    return folder.resolve("id_ed25519");
  }

  private void trust() throws IOException {
    Files.writeString(
        folder.resolve("known_hosts"), "[127.0.0.1]:%d %s\n".formatted(port(), gateway.hostKey()));
  }

  /** What all of OpenSSH's programs are told. */
  List<String> options() {
    return List.of(
        "-F", "none",
        "-o", "UserKnownHostsFile=" + folder.resolve("known_hosts"),
        "-o", "StrictHostKeyChecking=yes",
        "-o", "IdentitiesOnly=yes",
        "-o", "IdentityFile=" + key(),
        "-o", "BatchMode=yes",
        "-o", "LogLevel=ERROR");
  }

  /** The command line of ssh to web-1, with options before and words after the instance. */
  List<String> ssh(List<String> more, String... words) {
    List<String> line = new ArrayList<>(List.of("ssh"));
    line.addAll(more); // First, since the first value of an option counts.
    line.addAll(options());
    line.addAll(List.of("-p", Integer.toString(port())));
    line.add("web-1@127.0.0.1");
    line.addAll(List.of(words));
    return line;
  }

  /** How a program ended. */
  record Ended(int code, byte[] out, String err) {
    String text() {
      return new String(out, StandardCharsets.UTF_8);
    }
  }

  /** Runs a program to its end, without input. */
  Ended run(String... command) throws Exception {
    return run(List.of(command), new byte[0]);
  }

  /** Runs a program to its end. */
  Ended run(List<String> command, byte[] input) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().remove("SSH_AUTH_SOCK");
    builder.environment().put("LANG", "C.UTF-8");
    Process process = builder.start();
    StringBuilder errors = new StringBuilder();
    Thread feeding =
        Thread.ofVirtual()
            .start(() -> {
              try (var in = process.getOutputStream()) {
                in.write(input);
              } catch (IOException e) {
                // It has ended before it read all.
              }
            });
    Thread listening =
        Thread.ofVirtual()
            .start(() -> {
              try {
                errors.append(
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException e) {
                errors.append(e);
              }
            });
    Thread watchdog =
        Thread.ofVirtual()
            .start(() -> {
              try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                  errors.append("killed: it hung");
                  process.destroyForcibly();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    byte[] out = process.getInputStream().readAllBytes();
    int code = process.waitFor();
    feeding.join();
    listening.join();
    watchdog.join();
    return new Ended(code, out, errors.toString());
  }

  private <T extends AutoCloseable> T open(T part) {
    opened.add(part);
    return part;
  }

  private static HostLinkListener listener(CountDownLatch connected) {
    return new HostLinkListener() {
      @Override
      public boolean admits(PeerId host) {
        return true;
      }

      @Override
      public boolean mayRelay(PeerId client, PeerId host) {
        return false;
      }

      @Override
      public void connected(HostLink link) {
        connected.countDown();
      }

      @Override
      public void disconnected(HostLink link) {}
    };
  }

  @Override
  public void close() {
    gateway.close();
    for (AutoCloseable one : opened.reversed()) {
      try {
        one.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
