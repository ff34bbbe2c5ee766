package cloud.zansoc.net.http;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.identity.PeerCertificate;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Between Jetty and the routes: who asks, how often, what, and every failure as JSON. */
final class RoutingHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(RoutingHandler.class);

  private static final String PEER = RoutingHandler.class.getName() + ".peer";

  private final HttpServer.Service service;
  private final RateLimiter peerLimiter;
  private final RateLimiter strangerLimiter;

  RoutingHandler(HttpServer.Service service) {
    this.service = service;
    this.peerLimiter = new RateLimiter(service.limits().peerRate(), System::nanoTime);
    this.strangerLimiter = new RateLimiter(service.limits().strangerRate(), System::nanoTime);
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request request, Response response, Callback callback) {
    long begin = System.nanoTime();
    String template = "none";
    Reply reply;
    try {
      Request.Sender sender = sender(request);
      Optional<Duration> wait = limit(sender);
      if (wait.isPresent()) {
        reply = refused(tooMany(wait.get()));
      } else {
        switch (service.router().match(request.getMethod(), request.getHttpURI().getPath())) {
          case Router.Match.Found found -> {
            template = found.route().template();
            reply = answer(found, sender, request);
          }
          case Router.Match.WrongMethod wrong ->
              reply =
                  Reply.json(
                          405,
                          ApiError.of(
                              ErrorCode.INVALID_ARGUMENT, "this path takes " + wrong.allowed()))
                      .header("Allow", wrong.allowed());
          case Router.Match.NoPath none ->
              reply =
                  Reply.error(
                      ErrorCode.NOT_FOUND,
                      "there is no path "
                          + request.getHttpURI().getPath()
                          + " here: is the client newer than the hub?");
        }
      }
    } catch (ZansocException e) {
      reply = refused(e);
    } catch (RuntimeException | Error e) {
      reply = incident(request, e);
    }
    send(reply, response, callback);
    service
        .observer()
        .answered(request.getMethod(), template, reply.status(), System.nanoTime() - begin);
    return true;
  }

  private Optional<Duration> limit(Request.Sender sender) {
    Optional<PeerId> known = sender.peer().filter(service.known());
    return known.isPresent()
        ? peerLimiter.take(known.get().toString())
        : strangerLimiter.take(sender.ip());
  }

  private static ZansocException tooMany(Duration wait) {
    return new ZansocException(
        ErrorCode.RATE_LIMITED, "too many requests: ask again in " + seconds(wait) + " s", wait);
  }

  private static Reply refused(ZansocException e) {
    Reply reply = Reply.error(e.code(), String.valueOf(e.getMessage()));
    return e.retryAfter()
        .map(wait -> reply.header("Retry-After", Long.toString(seconds(wait))))
        .orElse(reply);
  }

  private static long seconds(Duration wait) {
    return Math.max(1, wait.plusMillis(999).toSeconds());
  }

  private static Reply answer(
      Router.Match.Found found, Request.Sender sender, org.eclipse.jetty.server.Request jetty) {
    if (jetty.getLength() > found.route().maxBodyBytes()) {
      throw Request.tooLarge(found.route());
    }
    String host = org.eclipse.jetty.server.Request.getServerName(jetty);
    Request request =
        new Request(
            found,
            queryParameters(jetty),
            sender,
            new Request.Head(host, jetty.getLength()),
            Content.Source.asInputStream(jetty));
    return found.route().handler().handle(request);
  }

  private static Map<String, List<String>> queryParameters(org.eclipse.jetty.server.Request jetty) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    try {
      for (Fields.Field field : org.eclipse.jetty.server.Request.extractQueryParameters(jetty)) {
        parameters.put(field.getName(), field.getValues());
      }
    } catch (RuntimeException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "the query is not percent-encoded UTF-8", e);
    }
    return parameters;
  }

  private static Request.Sender sender(org.eclipse.jetty.server.Request request) {
    Optional<PeerId> peer = Optional.empty();
    if (request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
        instanceof EndPoint.SslSessionData data) {
      peer = peer(data.sslSession());
    }
    return new Request.Sender(peer, org.eclipse.jetty.server.Request.getRemoteAddr(request));
  }

  /** The certificate was verified when TLS began; the id is kept with the session. */
  private static Optional<PeerId> peer(SSLSession session) {
    if (session.getValue(PEER) instanceof PeerId known) {
      return Optional.of(known);
    }
    try {
      session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
    PeerId peer = PeerCertificate.of(session).id();
    session.putValue(PEER, peer);
    return Optional.of(peer);
  }

  private static Reply incident(org.eclipse.jetty.server.Request request, Throwable failure) {
    String incident = UUID.randomUUID().toString();
    LOG.error(
        "incident {}: {} {} failed",
        incident,
        request.getMethod(),
        request.getHttpURI().getPath(),
        failure);
    return Reply.error(
        ErrorCode.INTERNAL,
        "the hub failed unexpectedly; its operator finds the cause in the log under incident "
            + incident);
  }

  private static void send(Reply reply, Response response, Callback callback) {
    response.setStatus(reply.status());
    if (!reply.contentType().isEmpty()) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.contentType());
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    }
    reply.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    if (reply.length() >= 0 && reply.status() != 204) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.length());
    }
    OutputStream out = Content.Sink.asOutputStream(response);
    try {
      reply.body().writeTo(out);
      out.close(); // Only then: what broke off must not look like the whole.
    } catch (IOException e) {
      callback.failed(e);
      return;
    }
    callback.succeeded();
  }
}
