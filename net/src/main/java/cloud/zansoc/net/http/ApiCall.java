package cloud.zansoc.net.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One request to an API, immutable: {@code ApiCall.get("/v1/nodes/{node}", name)}.
 *
 * @param path with its query, percent-encoded
 * @param repeatable whether it may be sent again after the connection failed half-way
 */
public record ApiCall(String method, String path, Optional<Object> body, boolean repeatable) {
  /** A GET of {@code template}, whose {@code {...}} are filled with {@code parts} in order. */
  public static ApiCall get(String template, Object... parts) {
    return new ApiCall("GET", fill(template, parts), Optional.empty(), true);
  }

  /** A DELETE. */
  public static ApiCall delete(String template, Object... parts) {
    return new ApiCall("DELETE", fill(template, parts), Optional.empty(), true);
  }

  /** A PUT. */
  public static ApiCall put(String template, Object... parts) {
    return new ApiCall("PUT", fill(template, parts), Optional.empty(), true);
  }

  /** A POST, not repeatable unless {@link #idempotent} says so. */
  public static ApiCall post(String template, Object... parts) {
    return new ApiCall("POST", fill(template, parts), Optional.empty(), false);
  }

  /** With a JSON body. */
  public ApiCall body(Object value) {
    return new ApiCall(method, path, Optional.of(value), repeatable);
  }

  /** With a query parameter. */
  public ApiCall query(String name, Object value) {
    char separator = path.indexOf('?') < 0 ? '?' : '&';
    return new ApiCall(method, path + separator + name + '=' + encode(value), body, repeatable);
  }

  /** With a query parameter where there is a value. */
  public ApiCall query(String name, Optional<?> value) {
    return value.isPresent() ? query(name, value.get()) : this;
  }

  /** Says that sending it twice does no more than sending it once. */
  public ApiCall idempotent() {
    return new ApiCall(method, path, body, true);
  }

  private static String fill(String template, Object... parts) {
    StringBuilder path = new StringBuilder();
    int at = 0;
    for (Object part : parts) {
      int open = template.indexOf('{', at);
      path.append(template, at, open).append(encode(part));
      at = template.indexOf('}', open) + 1;
    }
    if (template.indexOf('{', at) >= 0) {
      throw new IllegalArgumentException("too few values for " + template);
    }
    return path.append(template, at, template.length()).toString();
  }

  private static String encode(Object value) {
    return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8).replace("+", "%20");
  }
}
