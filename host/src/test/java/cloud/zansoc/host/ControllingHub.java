package cloud.zansoc.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.control.ControlServer;
import cloud.zansoc.net.control.HostLink;
import cloud.zansoc.net.control.HostLinkListener;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.HostSettings;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.Orders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The peer port of a hub, real, which lets every host in and gives the orders that a test wants.
 */
final class ControllingHub implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofSeconds(20);

  final Identity identity = Identity.create(new SecureRandom());
  private final PeerTransport transport = new PeerTransport(identity, 1);
  private final BlockingQueue<HostLink> connected = new LinkedBlockingQueue<>();
  private final ControlServer server = new ControlServer(transport, new Listener());
  private final HostAddress address;

  ControllingHub() {
    InetSocketAddress bound =
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    address = new HostAddress("127.0.0.1", bound.getPort());
  }

  HostAddress address() {
    return address;
  }

  BlockDialer.Relay relay() {
    return new BlockDialer.Relay(identity.id(), address);
  }

  /** Waits for the next host to connect. */
  HostLink awaitHost() throws InterruptedException {
    return Objects.requireNonNull(
        connected.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS), "no host connected");
  }

  static HostStatus heartbeat(HostLink link, boolean paused, boolean draining) {
    HostSettings settings =
        new HostSettings(
            paused,
            draining,
            new ByteSize(0),
            Optional.empty(),
            System.currentTimeMillis(),
            Optional.empty());
    return Json.read(link.order(Orders.HEARTBEAT, Json.write(settings), TIMEOUT), HostStatus.class);
  }

  Permit.Signed permit(PeerId host, PeerId client, ShardId shard, Permit.Action action) {
    Instant now = Instant.now();
    return new Permit(
            identity.id(),
            host,
            client,
            shard,
            action,
            10_000_000,
            now,
            now.plusSeconds(600),
            System.nanoTime())
        .sign(identity.signingKey());
  }

  @Override
  public void close() {
    server.close();
    transport.close();
  }

  private final class Listener implements HostLinkListener {
    @Override
    public boolean admits(PeerId host) {
      return true;
    }

    @Override
    public boolean mayRelay(PeerId client, PeerId host) {
      return true;
    }

    @Override
    public void connected(HostLink link) {
      connected.add(link);
    }

    @Override
    public void disconnected(HostLink link) {
      // The tests see it by orders that fail.
    }
  }
}
