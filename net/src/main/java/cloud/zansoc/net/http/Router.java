package cloud.zansoc.net.http;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The routes of a server. A template with literal parts wins over one with parameters. */
public final class Router {
  private final List<Route> routes;

  /**
   * @throws IllegalArgumentException if two routes have the same method and template
   */
  public Router(List<Route> routes) {
    this.routes =
        routes.stream()
            .sorted(
                (a, b) -> a.template().replace('{', '~').compareTo(b.template().replace('{', '~')))
            .toList();
    for (int i = 1; i < this.routes.size(); i++) {
      Route before = this.routes.get(i - 1);
      Route route = this.routes.get(i);
      if (before.method().equals(route.method()) && before.template().equals(route.template())) {
        throw new IllegalArgumentException(
            "two routes for " + route.method() + " " + route.template());
      }
    }
  }

  /** Every route. */
  public List<Route> routes() {
    return routes;
  }

  /** What a request's method and path lead to. */
  sealed interface Match {
    /** A route with its path parameters, decoded. */
    record Found(Route route, Map<String, String> parameters) implements Match {}

    /** The path is there for other methods. */
    record WrongMethod(String allowed) implements Match {}

    /** No such path. */
    record NoPath() implements Match {}
  }

  /** Finds the route for {@code method} and the raw (percent-encoded) {@code path}. */
  Match match(String method, String path) {
    if (!path.startsWith("/")) {
      return new Match.NoPath();
    }
    List<String> segments = new ArrayList<>();
    for (String segment : Route.segments(path)) {
      segments.add(decode(segment));
    }
    TreeSet<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      Optional<Map<String, String>> parameters = route.match(segments);
      if (parameters.isPresent() && route.method().equals(method)) {
        return new Match.Found(route, parameters.get());
      }
      if (parameters.isPresent()) {
        allowed.add(route.method());
      }
    }
    return allowed.isEmpty()
        ? new Match.NoPath()
        : new Match.WrongMethod(String.join(", ", allowed));
  }

  private static String decode(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "the path is not percent-encoded UTF-8", e);
    }
  }
}
