package cloud.zansoc.net.http;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request on its route. Used by one thread. */
public final class Request {
  private final Route route;
  private final Map<String, String> pathParameters;
  private final Map<String, List<String>> queryParameters;
  private final Sender sender;
  private final Head head;
  private final InputStream body;

  /**
   * Who sent it.
   *
   * @param peer as the client's certificate proved, if it sent one
   * @param ip the address the connection came from
   */
  public record Sender(Optional<PeerId> peer, String ip) {}

  /**
   * What a request says of itself.
   *
   * @param host the name or address by which the client reached the server, without the port
   * @param length of the body in bytes; -1 where it is not announced
   */
  public record Head(String host, long length) {}

  Request(
      Router.Match.Found found,
      Map<String, List<String>> queryParameters,
      Sender sender,
      Head head,
      InputStream body) {
    this.route = found.route();
    this.pathParameters = found.parameters();
    this.queryParameters = queryParameters;
    this.sender = sender;
    this.head = head;
    this.body = body;
  }

  /** The route. */
  public Route route() {
    return route;
  }

  /** Who sent it. */
  public Sender sender() {
    return sender;
  }

  /** The name by which the client reached the server, and the announced length. */
  public Head head() {
    return head;
  }

  /** The peer that the client's certificate proved, if it sent one. */
  public Optional<PeerId> peer() {
    return sender.peer();
  }

  /** The decoded part of the path for {@code {name}} in the route's template. */
  public String path(String name) {
    String value = pathParameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException(route.template() + " has no parameter " + name);
    }
    return value;
  }

  /** The part of the path as a value; INVALID_ARGUMENT where {@code parse} refuses it. */
  public <T> T path(String name, Function<String, T> parse) {
    return parsed("the path's {" + name + "}", path(name), parse);
  }

  /** The decoded query parameter, if there is one; INVALID_ARGUMENT if it is there twice. */
  public Optional<String> query(String name) {
    List<String> values = queryParameters.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw invalid("the query parameter '" + name + "' is there twice", null);
    }
    return values.stream().findFirst();
  }

  /** The query parameter as a value; INVALID_ARGUMENT where {@code parse} refuses it. */
  public <T> Optional<T> query(String name, Function<String, T> parse) {
    return query(name).map(text -> parsed("the query parameter '" + name + "'", text, parse));
  }

  /** The query parameter, or INVALID_ARGUMENT where it is missing. */
  public String requiredQuery(String name) {
    return query(name)
        .orElseThrow(() -> invalid("the query parameter '" + name + "' is missing", null));
  }

  /** The JSON body as a record; INVALID_ARGUMENT or TOO_LARGE. */
  public <T> T body(Class<T> type) {
    return Json.read(bodyBytes(), type);
  }

  /** The whole body, at most the route's limit, else TOO_LARGE. */
  public byte[] bodyBytes() {
    long limit = route.maxBodyBytes();
    try {
      byte[] bytes = body.readNBytes(Math.toIntExact(limit + 1));
      if (bytes.length > limit) {
        throw tooLarge(route);
      }
      return bytes;
    } catch (IOException e) {
      throw invalid("the body ended before it was complete", e);
    }
  }

  /** The body as it arrives; the route that reads it so counts by itself. */
  public InputStream bodyStream() {
    return body;
  }

  static ZansocException tooLarge(Route route) {
    return new ZansocException(
        ErrorCode.TOO_LARGE,
        "%s %s takes a body of at most %d bytes: send it in parts"
            .formatted(route.method(), route.template(), route.maxBodyBytes()));
  }

  private static <T> T parsed(String what, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (RuntimeException e) {
      throw invalid(what + " is not valid: " + e.getMessage(), e);
    }
  }

  private static ZansocException invalid(String message, @Nullable Exception cause) {
    return cause == null
        ? new ZansocException(ErrorCode.INVALID_ARGUMENT, message)
        : new ZansocException(ErrorCode.INVALID_ARGUMENT, message, cause);
  }
}
