package cloud.zansoc.net.endpoint;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;

/** What changes in the headers of requests and responses on their way through (RFC 9110, 7.6). */
final class Headers {
  private static final List<CharSequence> HOP_BY_HOP =
      List.of(
          HttpHeaderNames.CONNECTION,
          "keep-alive",
          "proxy-connection",
          HttpHeaderNames.PROXY_AUTHENTICATE,
          HttpHeaderNames.PROXY_AUTHORIZATION,
          HttpHeaderNames.TE,
          HttpHeaderNames.UPGRADE);

  private static final String HTTP2_EXTENSION = "x-http2-";

  private Headers() {}

  /**
   * The request as the backend gets it.
   *
   * @param sender the client's address
   */
  static HttpRequest forBackend(
      HttpRequest request, EndpointRoutes.Target target, String sender, boolean secure) {
    HttpRequest out =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1, request.method(), target.path(), request.headers().copy());
    HttpHeaders headers = out.headers();
    boolean upgrade = isUpgrade(request);
    CharSequence protocol = upgrade ? headers.get(HttpHeaderNames.UPGRADE) : "";
    dropHopByHop(headers);
    headers.names().stream()
        .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(HTTP2_EXTENSION))
        .forEach(headers::remove);
    if (upgrade) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
      headers.set(HttpHeaderNames.UPGRADE, protocol);
    }
    // Who sends these itself could pretend to be somebody else.
    headers.set("X-Forwarded-For", sender);
    headers.set("X-Forwarded-Proto", secure ? "https" : "http");
    headers.set("X-Forwarded-Host", host(request));
    if (target.prefix().isEmpty()) {
      headers.remove("X-Forwarded-Prefix");
    } else {
      headers.set("X-Forwarded-Prefix", target.prefix());
    }
    return out;
  }

  /**
   * Makes a backend's response the client's.
   *
   * @param keepAlive whether the client's connection stays; false may come of it too
   * @return whether it stays
   */
  static boolean forClient(HttpResponse response, HttpRequest request, boolean keepAlive) {
    HttpHeaders headers = response.headers();
    dropHopByHop(headers);
    response.setProtocolVersion(HttpVersion.HTTP_1_1);
    boolean old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    boolean stays = keepAlive;
    if (old && HttpUtil.isTransferEncodingChunked(response)) {
      HttpUtil.setTransferEncodingChunked(response, false);
    }
    if (hasBody(response, request)
        && !HttpUtil.isContentLengthSet(response)
        && !HttpUtil.isTransferEncodingChunked(response)) {
      if (old) {
        stays = false;
      } else {
        HttpUtil.setTransferEncodingChunked(response, true);
      }
    }
    if (!stays) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (old) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    return stays;
  }

  /** Whether a request without a body may be sent again after it failed (RFC 9110, 9.2.2). */
  static boolean isRepeatable(HttpRequest request) {
    HttpMethod method = request.method();
    boolean idempotent =
        method.equals(HttpMethod.GET)
            || method.equals(HttpMethod.HEAD)
            || method.equals(HttpMethod.OPTIONS)
            || method.equals(HttpMethod.PUT)
            || method.equals(HttpMethod.DELETE);
    return idempotent && !mayHaveBody(request) && !isUpgrade(request);
  }

  /** Whether the client asks for another protocol, such as WebSocket. */
  static boolean isUpgrade(HttpRequest request) {
    return request.headers().contains(HttpHeaderNames.UPGRADE)
        && request
            .headers()
            .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
  }

  /** The host that a request names; empty where it names none. */
  static String host(HttpRequest request) {
    return request.headers().get(HttpHeaderNames.HOST, "");
  }

  private static boolean mayHaveBody(HttpRequest request) {
    return HttpUtil.isTransferEncodingChunked(request)
        || HttpUtil.getContentLength(request, 0L) > 0;
  }

  private static boolean hasBody(HttpResponse response, HttpRequest request) {
    HttpResponseStatus status = response.status();
    return !request.method().equals(HttpMethod.HEAD)
        && !status.equals(HttpResponseStatus.NO_CONTENT)
        && !status.equals(HttpResponseStatus.NOT_MODIFIED);
  }

  private static void dropHopByHop(HttpHeaders headers) {
    List<String> named =
        headers.getAll(HttpHeaderNames.CONNECTION).stream()
            .flatMap(value -> List.of(value.split(",", -1)).stream())
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .toList();
    named.forEach(headers::remove);
    HOP_BY_HOP.forEach(headers::remove);
  }
}
