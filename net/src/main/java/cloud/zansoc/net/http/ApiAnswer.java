package cloud.zansoc.net.http;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.List;
import java.util.Optional;

/**
 * What the API answered.
 *
 * @param body JSON as a rule; empty after 204
 */
public record ApiAnswer(int status, byte[] body) {
  /** Whether it is a success. */
  public boolean isOk() {
    return status / 100 == 2;
  }

  /** The body as a record; throws {@link #error} where it is no success. */
  public <T> T as(Class<T> type) {
    return Json.read(okBody(), type);
  }

  /** The body as a list of records; throws {@link #error} where it is no success. */
  public <T> List<T> asList(Class<T> type) {
    return Json.readList(okBody(), type);
  }

  /** The detail of an error, if it has one; empty after a success. */
  public <T> Optional<T> detail(Class<T> type) {
    return isOk() ? Optional.empty() : error().detail().map(value -> Json.convert(value, type));
  }

  /** The error. Only where {@link #isOk} is false. */
  public ApiError error() {
    try {
      return Json.read(body, ApiError.class);
    } catch (ZansocException e) {
      return ApiError.of(
          ErrorCode.INTERNAL,
          "HTTP status " + status + " without a Zansoc error: is this address a Zansoc hub?");
    }
  }

  /** The bytes of a success; throws {@link #error} otherwise. */
  public byte[] okBody() {
    if (!isOk()) {
      throw error().toException();
    }
    return body;
  }
}
