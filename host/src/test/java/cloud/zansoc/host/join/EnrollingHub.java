package cloud.zansoc.host.join;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.HttpLimits;
import cloud.zansoc.net.http.HttpServer;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Request;
import cloud.zansoc.net.http.Route;
import cloud.zansoc.net.http.Router;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.AdmissionRefusal;
import cloud.zansoc.net.node.AdmissionRules;
import cloud.zansoc.net.node.HostRegistration;
import cloud.zansoc.net.node.HubView;
import cloud.zansoc.net.node.JoinToken;
import cloud.zansoc.net.node.MeasuredUpload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A hub with the routes that joining uses, over real HTTPS. Its clock may be wrong on purpose. */
final class EnrollingHub implements AutoCloseable {
  final Identity identity = Identity.create(new SecureRandom());
  final JoinToken token = new JoinToken(identity.id(), new byte[JoinToken.SECRET_BYTES]);
  final List<HostRegistration> registered = new CopyOnWriteArrayList<>();
  volatile Duration skew = Duration.ZERO;
  volatile Optional<AdmissionRefusal> refusal = Optional.empty();
  volatile ErrorCode ledger = ErrorCode.UNSUPPORTED;

  private final HttpServer server;

  EnrollingHub() {
    Router router =
        new Router(
            List.of(
                new Route("GET", "/v1/hub", request -> Reply.ok(view())),
                new Route("GET", "/v1/ledger", request -> ledger()),
                new Route("GET", "/v1/measure/down", EnrollingHub::down),
                new Route("POST", "/v1/measure/up", 64L << 20, EnrollingHub::up),
                new Route("POST", "/v1/hosts", this::register)));
    server =
        new HttpServer(
            identity,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new HttpServer.Service(
                router,
                peer -> true,
                new HttpLimits(16 * 1024, 100, Duration.ofSeconds(10), 1e6, 1e6),
                (method, template, status, nanos) -> {}));
    server.start();
  }

  HostAddress address() {
    return new HostAddress("127.0.0.1", server.port());
  }

  private HubView view() {
    return new HubView(
        identity.id(),
        "1.2.3",
        new HostAddress("127.0.0.1", 7001),
        Instant.now().plus(skew),
        AdmissionRules.NONE);
  }

  /** Its ledger's chain is away, or it has none. */
  private Reply ledger() {
    throw new ZansocException(ledger, "no answer");
  }

  private static Reply down(Request request) {
    int bytes = request.query("bytes", Integer::parseInt).orElseThrow();
    return Reply.stream("application/octet-stream", bytes, out -> out.write(new byte[bytes]));
  }

  private static Reply up(Request request) {
    try (InputStream body = request.bodyStream()) {
      return Reply.ok(new MeasuredUpload(body.readAllBytes().length, 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Reply register(Request request) {
    HostRegistration registration = request.body(HostRegistration.class);
    if (!registration.token().equals(token.text())) {
      throw new ZansocException(
          ErrorCode.TOKEN_EXPIRED, "the token has expired: ask the operator for a new one");
    }
    if (refusal.isPresent()) {
      return Reply.error(ErrorCode.ADMISSION_REFUSED, "the machine falls short", refusal.get());
    }
    registered.add(registration);
    return Reply.empty();
  }

  @Override
  public void close() {
    server.close();
  }
}
