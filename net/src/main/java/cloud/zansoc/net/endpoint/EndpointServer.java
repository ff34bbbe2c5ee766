package cloud.zansoc.net.endpoint;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.block.PeerTransport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for clients of published ports: HTTP/1.1 and HTTP/2, with and without TLS, and plain
 * connections. Limits: {@value #MAX_CONNECTIONS} connections, {@value #MAX_HEADER_BYTES} bytes of
 * headers, an idle connection ends after {@value #IDLE_SECONDS} s; of bodies only what is under way
 * is held.
 */
// A close that fails is a close all the same.
@SuppressWarnings("FutureReturnValueIgnored")
public final class EndpointServer implements AutoCloseable {
  /** The most connections of clients at once. */
  public static final int MAX_CONNECTIONS = 8192;

  static final int MAX_HEADER_BYTES = 32 * 1024;
  static final int IDLE_SECONDS = 75;

  private static final int MAX_STREAMS = 128;
  private static final int SWEEP_SECONDS = 2;
  private static final Logger LOG = LoggerFactory.getLogger(EndpointServer.class);

  private final PeerTransport transport;
  private final EndpointRoutes routes;
  private final BackendDialer dialer;
  private final BackendPool pool;
  private final Set<Channel> clients = ConcurrentHashMap.newKeySet();
  private final Set<Channel> doors = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Channel> ports = new ConcurrentHashMap<>();
  private final Set<SslContext> contexts = ConcurrentHashMap.newKeySet();
  private volatile @Nullable SslContext context;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("endpoint-sweep").factory());

  /** A server that listens nowhere yet. */
  public EndpointServer(PeerTransport transport, EndpointRoutes routes, BackendDialer dialer) {
    this.transport = transport;
    this.routes = routes;
    this.dialer = dialer;
    this.pool = new BackendPool(dialer);
    var _ =
        sweeper.scheduleWithFixedDelay(pool::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Listens for plain HTTP.
   *
   * @return where
   * @throws ZansocException CONFLICT where the address is taken
   */
  public InetSocketAddress listenHttp(InetSocketAddress address) {
    return listen(address, channel -> addHttp1(channel, false));
  }

  /**
   * Listens for HTTP over TLS.
   *
   * @param chain the certificate, and those that it follows from
   * @return where
   * @throws ZansocException CONFLICT where the address is taken
   */
  public InetSocketAddress listenHttps(
      InetSocketAddress address, PrivateKey key, List<X509Certificate> chain) {
    useCertificate(key, chain);
    return listen(
        address,
        channel -> {
          SslContext tls = Objects.requireNonNull(context);
          channel.pipeline().addLast(tls.newHandler(channel.alloc()));
          channel.pipeline().addLast(new Negotiated());
        });
  }

  /** Shows this certificate to whoever connects from now on. */
  public void useCertificate(PrivateKey key, List<X509Certificate> chain) {
    SslContext tls = tls(key, chain);
    contexts.add(tls); // The one before stays: somebody may be about to connect with it.
    context = tls;
  }

  /**
   * Listens on exactly the ports that are published now.
   *
   * @param bind the address of this machine
   * @return ports that cannot be listened on, with the reason
   */
  public synchronized Map<Integer, String> listenPorts(String bind) {
    Set<Integer> wanted = routes.ports();
    ports.forEach((port, door) -> {
      if (!wanted.contains(port)) {
        var _ = door.close();
        ports.remove(port);
      }
    });
    Map<Integer, String> failed = new ConcurrentHashMap<>();
    for (int port : wanted) {
      if (!ports.containsKey(port)) {
        try {
          ports.put(
              port,
              transport.listen(
                  new InetSocketAddress(bind, port),
                  channel -> accept(channel, () -> joinPort(channel, port))));
        } catch (ZansocException e) {
          failed.put(port, String.valueOf(e.getMessage()));
        }
      }
    }
    return Map.copyOf(failed);
  }

  /** Stops listening and ends every connection; the transport stays. */
  @Override
  public void close() {
    sweeper.shutdownNow();
    doors.forEach(door -> door.close().awaitUninterruptibly());
    ports.values().forEach(door -> door.close().awaitUninterruptibly());
    clients.forEach(client -> client.close().awaitUninterruptibly());
    contexts.forEach(ReferenceCountUtil::release);
    contexts.clear();
  }

  private InetSocketAddress listen(InetSocketAddress address, Consumer<Channel> handlers) {
    Channel door =
        transport.listen(address, channel -> accept(channel, () -> handlers.accept(channel)));
    doors.add(door);
    return (InetSocketAddress) door.localAddress();
  }

  private void accept(Channel channel, Runnable handlers) {
    if (clients.size() >= MAX_CONNECTIONS) {
      LOG.debug("refused a connection: {} are open", clients.size());
      var _ = channel.close();
      return;
    }
    clients.add(channel);
    channel.closeFuture().addListener(ended -> clients.remove(channel));
    handlers.run();
  }

  private void joinPort(Channel channel, int port) {
    routes
        .port(port)
        .ifPresentOrElse(group -> new TcpFront(channel, group, dialer).begin(), channel::close);
  }

  private void addHttp1(Channel channel, boolean secure) {
    HttpDecoderConfig limits =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_HEADER_BYTES)
            .setMaxHeaderSize(MAX_HEADER_BYTES);
    channel
        .pipeline()
        .addLast(
            new IdleStateHandler(0, 0, IDLE_SECONDS, TimeUnit.SECONDS),
            new HttpServerCodec(limits),
            new HttpFront(routes, pool, secure));
  }

  private void addHttp2(Channel channel) {
    Http2Settings settings =
        Http2Settings.defaultSettings()
            .maxConcurrentStreams(MAX_STREAMS)
            .maxHeaderListSize(MAX_HEADER_BYTES);
    channel
        .pipeline()
        .addLast(
            new IdleStateHandler(0, 0, IDLE_SECONDS, TimeUnit.SECONDS),
            Http2FrameCodecBuilder.forServer().initialSettings(settings).build(),
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream
                        .pipeline()
                        .addLast(
                            new Http2StreamFrameToHttpObjectCodec(true),
                            new HttpFront(routes, pool, true));
                  }
                }));
  }

  private static SslContext tls(PrivateKey key, List<X509Certificate> chain) {
    try {
      return SslContextBuilder.forServer(key, chain)
          .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  ApplicationProtocolConfig.Protocol.ALPN,
                  ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                  ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                  ApplicationProtocolNames.HTTP_2,
                  ApplicationProtocolNames.HTTP_1_1))
          .build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("this certificate and key make no TLS server", e);
    }
  }

  /** Adds what client and server have agreed to speak. */
  private final class Negotiated extends ApplicationProtocolNegotiationHandler {
    Negotiated() {
      super(ApplicationProtocolNames.HTTP_1_1);
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext context, String protocol) {
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        addHttp2(context.channel());
      } else {
        addHttp1(context.channel(), true);
      }
    }
  }
}
