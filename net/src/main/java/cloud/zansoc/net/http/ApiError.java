package cloud.zansoc.net.http;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.Optional;

/**
 * The body of every answer that is not a success.
 *
 * @param code the stable number
 * @param name the name of the {@link ErrorCode}
 * @param message what went wrong and what to do
 * @param detail more, by route: after 422 to POST /v1/hosts an AdmissionRefusal
 */
public record ApiError(int code, String name, String message, Optional<Object> detail) {
  /** The error without a detail. */
  public static ApiError of(ErrorCode code, String message) {
    return new ApiError(code.number(), code.name(), message, Optional.empty());
  }

  /** The exception that a caller sees. */
  public ZansocException toException() {
    return new ZansocException(ErrorCode.ofNumber(code), message);
  }
}
