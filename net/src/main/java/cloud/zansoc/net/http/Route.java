package cloud.zansoc.net.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One method on one path template, such as GET /v1/nodes/{node}.
 *
 * @param maxBodyBytes the longest body that the route reads
 */
public record Route(String method, String template, long maxBodyBytes, RequestHandler handler) {
  /** The body limit of a route that names none, in bytes. */
  public static final long DEFAULT_BODY_BYTES = 256 * 1024;

  /** A route with the usual body limit. */
  public Route(String method, String template, RequestHandler handler) {
    this(method, template, DEFAULT_BODY_BYTES, handler);
  }

  /** The path parameters, where {@code segments} fits the template. */
  Optional<Map<String, String>> match(List<String> segments) {
    List<String> wanted = segments(template);
    if (wanted.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      String part = wanted.get(i);
      if (part.startsWith("{")) {
        parameters.put(part.substring(1, part.length() - 1), segments.get(i));
      } else if (!part.equals(segments.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }

  /** The parts between the slashes of a path that begins with one. */
  static List<String> segments(String path) {
    return List.of(path.substring(1).split("/", -1));
  }
}
