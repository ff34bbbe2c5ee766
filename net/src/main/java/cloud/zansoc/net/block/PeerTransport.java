package cloud.zansoc.net.block;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.identity.PeerTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * What all of a program's peer connections share: its identity, the event loops, the buffers, and
 * TLS. One for each program; made first, closed last. Thread-safe.
 *
 * <p>The Netty types in its methods are for the packages {@code block} and {@code control} only.
 */
// A write or close that fails ends the channel, and that is seen to where channels end.
@SuppressWarnings("FutureReturnValueIgnored")
public final class PeerTransport implements AutoCloseable {
  /** Event loops by default; one core's worth of TLS each. */
  public static final int EVENT_LOOPS = 2;

  private static final int PAGE_BYTES = 8192;
  private static final int CHUNK_ORDER = 8; // Chunks of 2 MiB: eight blocks.
  private static final int SMALL_CACHE = 64;
  private static final int NORMAL_CACHE = 16;
  private static final int LEAST_READ_BYTES = 1024;
  private static final int FIRST_READ_BYTES = 16 * 1024;
  private static final int MOST_READ_BYTES = 256 * 1024;
  private static final int BACKLOG = 256;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Identity identity;
  private final EventLoopGroup eventLoops;
  private final PooledByteBufAllocator allocator;
  private final ConcurrentHashMap<List<String>, SslContext> serverContexts =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, SslContext> clientContexts = new ConcurrentHashMap<>();

  /** Starts the event loops, with {@value #EVENT_LOOPS} threads. */
  public PeerTransport(Identity identity) {
    this(identity, EVENT_LOOPS);
  }

  /** Starts {@code eventLoopThreads} event loops, at least one. */
  public PeerTransport(Identity identity, int eventLoopThreads) {
    this.identity = identity;
    this.allocator =
        new PooledByteBufAllocator(
            true, 0, 1, PAGE_BYTES, CHUNK_ORDER, SMALL_CACHE, NORMAL_CACHE, false);
    this.eventLoops =
        new MultiThreadIoEventLoopGroup(
            eventLoopThreads,
            new DefaultThreadFactory("zansoc-net", true),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  /** Who this program is to its peers. */
  public Identity identity() {
    return identity;
  }

  /** Bytes of direct memory that the buffers of all connections occupy now, in whole chunks. */
  public long bufferBytes() {
    return allocator.metric().usedDirectMemory();
  }

  /**
   * Dials; returns at once. Exactly one of the two is called, on the event loop: {@code proved}
   * (which adds its handlers at the end of the channel's pipeline before it returns) once {@code
   * expected} has proved itself and agreed to {@code protocol}, else {@code failed} with
   * UNREACHABLE, PEER_ID_MISMATCH, UNAUTHENTICATED or UNSUPPORTED.
   */
  public ChannelFuture connect(
      InetSocketAddress address, String protocol, BlockTimings timings, Proof proof) {
    ChannelFuture connecting =
        new Bootstrap()
            .group(eventLoops)
            .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.ALLOCATOR, allocator)
            .option(ChannelOption.RECVBUF_ALLOCATOR, readSizes())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timings.connect().toMillis()))
            .handler(initializer(channel -> addClientTls(channel, protocol, timings, proof)))
            .connect(address);
    return connecting.addListener(done -> {
      if (!done.isSuccess()) {
        proof.failed(
            new ZansocException(
                ErrorCode.UNREACHABLE,
                "nobody answers at " + address + ": " + reason(done.cause()),
                done.cause()));
      }
    });
  }

  /**
   * Listens; {@code accepted} adds the first handlers of each new channel, on its event loop.
   *
   * @throws ZansocException CONFLICT where the address cannot be listened on
   */
  public Channel listen(InetSocketAddress address, Consumer<Channel> accepted) {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(eventLoops)
            .channel(
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.ALLOCATOR, allocator)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, readSizes())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(initializer(accepted))
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "cannot listen on %s: %s; choose another port or stop what uses it"
              .formatted(address, reason(bound.cause())),
          bound.cause());
    }
    return bound.channel();
  }

  /** Adds the client's side of TLS to {@code channel}; see {@link #connect} for {@code proof}. */
  public void addClientTls(Channel channel, String protocol, BlockTimings timings, Proof proof) {
    SslContext context = clientContexts.computeIfAbsent(protocol, this::clientContext);
    addTls(channel, context.newHandler(channel.alloc()), List.of(protocol), timings, proof);
  }

  /** Adds the server's side of TLS, which speaks {@code protocols}, to {@code channel}. */
  public void addServerTls(
      Channel channel, List<String> protocols, BlockTimings timings, Proof proof) {
    SslContext context = serverContexts.computeIfAbsent(protocols, this::serverContext);
    addTls(channel, context.newHandler(channel.alloc()), protocols, timings, proof);
  }

  /** Ends every connection and the event loops; waits for that a short time. */
  @Override
  public void close() {
    eventLoops
        .shutdownGracefully(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
    clientContexts.values().forEach(ReferenceCountUtil::release);
    serverContexts.values().forEach(ReferenceCountUtil::release);
    clientContexts.clear();
    serverContexts.clear();
  }

  /** What to do with the outcome of a TLS handshake. */
  public interface Proof {
    /** Who the other side must be; none where any vouched peer will do. */
    Optional<PeerId> expected();

    /** The peer proved who it is; adds the handlers that come next. On the event loop. */
    void proved(Channel channel, PeerId peer, String protocol);

    /** There is no connection; the channel is being closed. On the event loop. */
    void failed(ZansocException failure);
  }

  /** The shortest useful account of an I/O failure. */
  static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private static void addTls(
      Channel channel, SslHandler tls, List<String> protocols, BlockTimings timings, Proof proof) {
    tls.setHandshakeTimeoutMillis(timings.handshake().toMillis());
    channel.pipeline().addLast(tls, new PeerHandshake(tls, protocols, proof));
  }

  private static AdaptiveRecvByteBufAllocator readSizes() {
    return new AdaptiveRecvByteBufAllocator(LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES);
  }

  private static ChannelInitializer<Channel> initializer(Consumer<Channel> handlers) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        handlers.accept(channel);
      }
    };
  }

  private SslContext clientContext(String protocol) {
    return context(
        SslContextBuilder.forClient().keyManager(identity.tlsKey(), identity.certificate()),
        List.of(protocol));
  }

  private SslContext serverContext(List<String> protocols) {
    return context(
        SslContextBuilder.forServer(identity.tlsKey(), identity.certificate())
            .clientAuth(ClientAuth.REQUIRE),
        protocols);
  }

  private static SslContext context(SslContextBuilder builder, List<String> protocols) {
    try {
      return builder
          .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
          .protocols("TLSv1.3")
          .trustManager(PeerTls.trusting(Optional.empty()))
          .endpointIdentificationAlgorithm(null)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  Protocol.ALPN,
                  SelectorFailureBehavior.NO_ADVERTISE,
                  SelectedListenerFailureBehavior.ACCEPT,
                  protocols))
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS 1.3 is not to be had", e);
    }
  }
}
