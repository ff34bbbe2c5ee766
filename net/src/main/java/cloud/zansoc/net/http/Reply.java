package cloud.zansoc.net.http;

import cloud.zansoc.base.ErrorCode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An answer: status, headers, and a body that is there already or is streamed. Immutable.
 *
 * @param length of the body in bytes; -1 where it is not known
 */
public record Reply(
    int status, String contentType, Map<String, String> headers, long length, Body body) {
  private static final String JSON = "application/json";

  public Reply {
    headers = Map.copyOf(headers);
  }

  /** Writes a body. */
  @FunctionalInterface
  public interface Body {
    /** Writes everything; need not flush or close. An IOException means the client has gone. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** 200 with {@code value} as JSON. */
  public static Reply ok(Object value) {
    return json(200, value);
  }

  /** 201 with {@code value} as JSON. */
  public static Reply created(Object value) {
    return json(201, value);
  }

  /** 204. */
  public static Reply empty() {
    return new Reply(204, "", Map.of(), 0, out -> {});
  }

  /** {@code status} with {@code value} as JSON. */
  public static Reply json(int status, Object value) {
    return bytes(status, JSON, Json.write(value));
  }

  /** 200 with text. */
  public static Reply text(String contentType, String text) {
    return bytes(200, contentType, text.getBytes(StandardCharsets.UTF_8));
  }

  /** 200 with a body written as it is made. */
  public static Reply stream(String contentType, long length, Body body) {
    return new Reply(200, contentType, Map.of(), length, body);
  }

  /** The error with its own status. */
  public static Reply error(ErrorCode code, String message) {
    return json(code.httpStatus(), ApiError.of(code, message));
  }

  /** The error with its own status and a detail. */
  public static Reply error(ErrorCode code, String message, Object detail) {
    ApiError error = new ApiError(code.number(), code.name(), message, Optional.of(detail));
    return json(code.httpStatus(), error);
  }

  /** The same with one more header. */
  public Reply header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, contentType, more, length, body);
  }

  private static Reply bytes(int status, String contentType, byte[] bytes) {
    return new Reply(status, contentType, Map.of(), bytes.length, out -> out.write(bytes));
  }
}
