package cloud.zansoc.net.control;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.block.BlockTimings;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.block.Protocols;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub's peer port: hosts dial it and keep a control connection, clients dial it to reach hosts by
 * relay. Thread-safe.
 *
 * <p>Bounded: {@value #MAX_CONNECTIONS} connections, {@value #MAX_RELAYS_OF_CLIENT} relayed ones of
 * one client, {@value ControlHttp#MAX_RELAYS_OF_HOST} to one host, {@value
 * ControlHttp#STREAM_WINDOW_BYTES} bytes under way in each direction of a relay whose reader does
 * not read.
 */
public final class ControlServer implements AutoCloseable {
  /** The most connections at once, of hosts and relayed clients together. */
  public static final int MAX_CONNECTIONS = 16_384;

  /** The most relayed connections of one client at once: more than a stripe has hosts. */
  public static final int MAX_RELAYS_OF_CLIENT = 256;

  /** A relayed connection on which nothing moves for so long is ended. */
  static final Duration RELAY_IDLE = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

  private final PeerTransport transport;
  private final HostLinkListener listener;
  private final ControlTimings timings;
  private final ConcurrentHashMap<PeerId, HostLinkConnection> links = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<PeerId, Integer> relayed = new ConcurrentHashMap<>();
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Channel listening;

  /** A server that listens nowhere yet. */
  public ControlServer(PeerTransport transport, HostLinkListener listener) {
    this(transport, listener, ControlTimings.STANDARD);
  }

  /** As above, with waiting times of one's own. */
  public ControlServer(PeerTransport transport, HostLinkListener listener, ControlTimings timings) {
    this.transport = transport;
    this.listener = listener;
    this.timings = timings;
  }

  /**
   * Begins to listen; called once at most.
   *
   * @param address port 0 for any free one
   * @return where it listens
   * @throws ZansocException CONFLICT where the address cannot be listened on
   */
  public InetSocketAddress listen(InetSocketAddress address) {
    Channel channel = transport.listen(address, this::accept);
    listening = channel;
    return (InetSocketAddress) channel.localAddress();
  }

  /** The link of a host that is connected. */
  public Optional<HostLink> link(PeerId host) {
    return Optional.ofNullable(links.get(host));
  }

  /**
   * Opens a stream to a host as a plain channel of bytes (see {@link RawStream}), with {@code next}
   * at the end of its pipeline; returns at once. For the package {@code endpoint}.
   *
   * @return done when the host has accepted it; fails with a ZansocException
   */
  public Future<Channel> dial(PeerId host, String name, byte[] request, ChannelHandler next) {
    HostLinkConnection link = links.get(host);
    if (link == null) {
      return GlobalEventExecutor.INSTANCE.newFailedFuture(
          new ZansocException(
              ErrorCode.UNREACHABLE,
              "host " + host.shortText() + " is not connected to its hub now"));
    }
    return link.dial(name, request, next);
  }

  /** How many relayed connections there are now. */
  public int relayedConnections() {
    return relayed.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Stops listening and ends every connection; the transport stays. */
  @Override
  public void close() {
    Channel port = listening;
    if (port != null) {
      port.close().awaitUninterruptibly();
    }
    channels.forEach(channel -> channel.close().awaitUninterruptibly());
  }

  private void accept(Channel channel) {
    if (channels.size() >= MAX_CONNECTIONS) {
      LOG.debug("refused a connection: {} are open", channels.size());
      var _ = channel.close();
      return;
    }
    channels.add(channel);
    channel.closeFuture().addListener(ended -> channels.remove(channel));
    transport.addServerTls(
        channel, List.of(Protocols.CONTROL, Protocols.RELAY), BlockTimings.STANDARD, new Proved());
  }

  private final class Proved implements PeerTransport.Proof {
    @Override
    public Optional<PeerId> expected() {
      return Optional.empty();
    }

    @Override
    public void proved(Channel channel, PeerId peer, String protocol) {
      if (protocol.equals(Protocols.CONTROL)) {
        HeldBytes held = new HeldBytes();
        channel.pipeline().addLast(held);
        Thread.ofVirtual()
            .name("host-link-" + peer.shortText())
            .start(() -> serve(new HostLinkConnection(channel, peer), channel, held));
      } else {
        serveRelay(channel, peer);
      }
    }

    @Override
    public void failed(ZansocException failure) {
      LOG.debug("a peer did not prove itself: {}", failure.getMessage());
    }
  }

  /** The life of one link, on a thread of its own: so the listener hears its events in order. */
  private void serve(HostLinkConnection link, Channel channel, HeldBytes held) {
    boolean admitted = admits(link.host());
    channel
        .eventLoop()
        .submit(() -> {
          link.begin(timings);
          channel.pipeline().remove(held);
        })
        .awaitUninterruptibly();
    if (!admitted) {
      link.refuse("the hub does not know this host; join it first (zansoc host join)");
      return;
    }
    HostLinkConnection older = links.put(link.host(), link);
    if (older != null) {
      older.close();
    }
    try {
      listener.connected(link);
    } catch (RuntimeException e) {
      LOG.error("host {} is connected, but was not taken up", link.host(), e);
      link.close();
    }
    channel.closeFuture().awaitUninterruptibly();
    links.remove(link.host(), link);
    listener.disconnected(link);
  }

  private boolean admits(PeerId host) {
    try {
      return listener.admits(host);
    } catch (RuntimeException e) {
      LOG.error("cannot tell whether host {} is admitted", host, e);
      return false;
    }
  }

  private void serveRelay(Channel channel, PeerId client) {
    int open = relayed.merge(client, 1, Integer::sum);
    channel
        .closeFuture()
        .addListener(ended -> relayed.computeIfPresent(client, (id, n) -> n == 1 ? null : n - 1));
    if (open > MAX_RELAYS_OF_CLIENT) {
      LOG.debug("refused client {}: it has {} relayed connections", client, open);
      var _ = channel.close();
      return;
    }
    channel
        .pipeline()
        .addLast(
            new IdleStateHandler(0, 0, RELAY_IDLE.toSeconds(), TimeUnit.SECONDS),
            new RelayDoor(host -> wayTo(client, host)));
  }

  private HostLinkConnection wayTo(PeerId client, PeerId host) {
    if (!listener.mayRelay(client, host)) {
      throw new ZansocException(
          ErrorCode.FORBIDDEN, "client %s may not reach host %s".formatted(client, host));
    }
    HostLinkConnection link = links.get(host);
    if (link == null) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE, "host " + host.shortText() + " is not connected to its hub now");
    }
    return link;
  }
}
