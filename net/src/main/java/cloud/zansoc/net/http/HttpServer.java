package cloud.zansoc.net.http;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.identity.PeerTls;
import java.net.InetSocketAddress;
import java.util.function.Predicate;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An HTTPS server (HTTP/1.1 over TLS 1.3) for a {@link Router}. It proves its identity by its
 * certificate and asks for the client's; a client without one is served as nobody. Each request
 * runs on a virtual thread. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {
  private static final int PLATFORM_THREADS = 16;
  private static final long STOP_TIMEOUT_MILLIS = 2_000;

  private final Server server;
  private final ServerConnector connector;

  /**
   * What is served and to whom.
   *
   * @param known peers that have a rate limit of their own; all others share their IP address's
   */
  public record Service(
      Router router, Predicate<PeerId> known, HttpLimits limits, RequestObserver observer) {}

  /**
   * Prepares a server; {@link #start} opens the port.
   *
   * @param bind where to listen; port 0 takes a free one
   */
  public HttpServer(Identity identity, InetSocketAddress bind, Service service) {
    QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS, 4);
    threads.setName("https");
    threads.setDaemon(true);
    threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
    server = new Server(threads);
    connector =
        new ServerConnector(
            server,
            1,
            1,
            new SslConnectionFactory(tls(identity), "http/1.1"),
            new HttpConnectionFactory(configuration(service.limits())));
    connector.setHost(bind.getHostString());
    connector.setPort(bind.getPort());
    connector.setIdleTimeout(service.limits().idle().toMillis());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(service.limits().connections(), connector));
    server.setHandler(new RoutingHandler(service));
    server.setErrorHandler(new JsonErrorHandler());
    server.setStopTimeout(STOP_TIMEOUT_MILLIS);
  }

  /**
   * Opens the port and serves until {@link #close}.
   *
   * @throws ZansocException UNREACHABLE where the port cannot be opened
   */
  public void start() {
    try {
      server.start();
    } catch (Exception e) {
      close();
      throw new ZansocException(
          ErrorCode.UNREACHABLE,
          "cannot listen on %s port %d: %s; choose another port or stop what uses it"
              .formatted(connector.getHost(), connector.getPort(), e.getMessage()),
          e);
    }
  }

  /** The port that is open. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Lets requests under way end for two seconds, then closes the port and every connection. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the HTTPS server did not stop", e);
    }
  }

  private static SslContextFactory.Server tls(Identity identity) {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(PeerTls.server(identity));
    tls.setIncludeProtocols("TLSv1.3");
    tls.setEndpointIdentificationAlgorithm(null);
    tls.setWantClientAuth(true);
    return tls;
  }

  private static HttpConfiguration configuration(HttpLimits limits) {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setRequestHeaderSize(limits.headerBytes());
    // Peers are pinned by id, so the certificate's names mean nothing.
    SecureRequestCustomizer secure = new SecureRequestCustomizer(false);
    secure.setSniRequired(false);
    configuration.addCustomizer(secure);
    return configuration;
  }
}
