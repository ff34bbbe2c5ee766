package cloud.zansoc.net.block;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a host's blocks over TLS, on its own port and on the streams that its hub relays.
 *
 * <p>What clients may make it hold is bounded: {@value #MAX_CONNECTIONS} connections, of one client
 * {@value #MAX_CONNECTIONS_OF_CLIENT}; for the requests under way of one connection {@value
 * #CONNECTION_BYTES} bytes, of all {@value #SERVER_BYTES}. Beyond that it does not read. Calls of
 * the service run on virtual threads. Thread-safe.
 */
// A write or close that fails ends the channel, and that is seen to where channels end.
@SuppressWarnings("FutureReturnValueIgnored")
public final class BlockServer implements AutoCloseable {
  /** The most connections at once. */
  public static final int MAX_CONNECTIONS = 1024;

  /** The most connections of one client at once. */
  public static final int MAX_CONNECTIONS_OF_CLIENT = 16;

  /** The most bytes that the requests under way of one connection may hold. */
  public static final int CONNECTION_BYTES = 4 << 20;

  /** The most bytes that all requests under way may hold. */
  public static final long SERVER_BYTES = 64L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(BlockServer.class);

  private final PeerTransport transport;
  private final BlockServerConnection.Shared shared;
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<PeerId, Integer> clients = new ConcurrentHashMap<>();
  private volatile @Nullable Channel listening;
  private volatile boolean closed;

  /** A server that listens nowhere yet. */
  public BlockServer(PeerTransport transport, BlockService service, BandwidthLimit bandwidth) {
    this(transport, service, bandwidth, BlockTimings.STANDARD);
  }

  /** As above, with waiting times of one's own. */
  public BlockServer(
      PeerTransport transport,
      BlockService service,
      BandwidthLimit bandwidth,
      BlockTimings timings) {
    this.transport = transport;
    this.shared =
        new BlockServerConnection.Shared(
            service, new MemoryBudget(SERVER_BYTES), bandwidth, new ByteCounter(), timings);
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

  /**
   * Serves a channel of bytes, on which the client begins TLS; for the hub's relayed streams. On
   * the channel's event loop.
   */
  public void accept(Channel channel) {
    if (closed || channels.size() >= MAX_CONNECTIONS) {
      LOG.debug("refused a connection: {} are open", channels.size());
      channel.close();
      return;
    }
    channels.add(channel);
    channel.closeFuture().addListener(ended -> channels.remove(channel));
    BlockServerConnection connection = new BlockServerConnection(channel, shared);
    channel.pipeline().addLast(connection.meter());
    transport.addServerTls(
        channel, List.of(Protocols.BLOCK), shared.timings(), new Proved(connection));
  }

  /** Bytes received and sent since the server was made. */
  public Traffic traffic() {
    return shared.counter().total();
  }

  /** How many connections are open now. */
  public int connections() {
    return channels.size();
  }

  /** Bytes that requests under way hold now. */
  public long bytesInFlight() {
    return shared.budget().used();
  }

  /** Stops listening and ends every connection; the transport stays. */
  @Override
  public void close() {
    closed = true;
    Channel port = listening;
    if (port != null) {
      port.close().awaitUninterruptibly();
    }
    channels.forEach(Channel::close);
  }

  /** Lets clients in, unless they have too many connections already. */
  private final class Proved implements PeerTransport.Proof {
    private final BlockServerConnection connection;

    Proved(BlockServerConnection connection) {
      this.connection = connection;
    }

    @Override
    public Optional<PeerId> expected() {
      return Optional.empty();
    }

    @Override
    public void proved(Channel channel, PeerId client, String protocol) {
      int open = clients.merge(client, 1, Integer::sum);
      channel
          .closeFuture()
          .addListener(ended -> clients.computeIfPresent(client, (id, n) -> n == 1 ? null : n - 1));
      if (open > MAX_CONNECTIONS_OF_CLIENT) {
        LOG.debug("refused client {}: it has {} connections", client, open);
        channel.close();
      } else {
        connection.begin(client);
      }
    }

    @Override
    public void failed(ZansocException failure) {
      LOG.debug("a client did not prove itself: {}", failure.getMessage());
    }
  }
}
