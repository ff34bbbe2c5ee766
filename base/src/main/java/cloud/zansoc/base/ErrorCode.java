package cloud.zansoc.base;

/**
 * Every way in which Zansoc refuses or fails, with its stable number, its HTTP status and the exit
 * code of the command line. Numbers are never reused.
 */
public enum ErrorCode {
  INVALID_ARGUMENT(100, 400, 2),
  INVALID_NAME(101, 400, 2),
  IS_A_DIRECTORY(102, 400, 2),
  TOO_LARGE(103, 413, 2),
  UNAUTHENTICATED(200, 401, 3),
  FORBIDDEN(201, 403, 3),
  TOKEN_INVALID(202, 401, 3),
  TOKEN_EXPIRED(203, 401, 3),
  TOKEN_USED_UP(204, 401, 3),
  TOKEN_REVOKED(205, 401, 3),
  PERMIT_INVALID(210, 403, 3),
  PERMIT_EXPIRED(211, 403, 3),
  PERMIT_EXHAUSTED(212, 403, 3),
  CLOCK_SKEW(213, 403, 3),
  PEER_ID_MISMATCH(214, 403, 3),
  WRONG_KEY(215, 403, 3),
  NOT_FOUND(300, 404, 4),
  ALREADY_EXISTS(301, 409, 5),
  CONFLICT(302, 409, 5),
  PRECONDITION_FAILED(303, 412, 5),
  BUCKET_NOT_EMPTY(304, 409, 5),
  GONE(305, 410, 4),
  ADMISSION_REFUSED(400, 422, 6),
  QUOTA_EXCEEDED(401, 403, 7),
  NOT_ENOUGH_HOSTS(402, 503, 8),
  NO_SPACE(403, 507, 7),
  HOST_PAUSED(404, 503, 8),
  RATE_LIMITED(405, 429, 9),
  UNREACHABLE(500, 503, 9),
  TIMED_OUT(501, 504, 9),
  DAMAGED(502, 502, 10),
  DATA_UNAVAILABLE(503, 503, 10),
  UNSUPPORTED(600, 501, 1),
  INTERNAL(900, 500, 1);

  private final int number;
  private final int httpStatus;
  private final int exitCode;

  ErrorCode(int number, int httpStatus, int exitCode) {
    this.number = number;
    this.httpStatus = httpStatus;
    this.exitCode = exitCode;
  }

  /** The stable number, as in "Z303". */
  public int number() {
    return number;
  }

  /** The status of an HTTP answer that carries this error. */
  public int httpStatus() {
    return httpStatus;
  }

  /** The exit code of a command that ends with this error. */
  public int exitCode() {
    return exitCode;
  }

  /** True where the same request may succeed later without a change. */
  public boolean retryable() {
    return switch (this) {
      case NOT_ENOUGH_HOSTS, HOST_PAUSED, RATE_LIMITED, UNREACHABLE, TIMED_OUT, DATA_UNAVAILABLE ->
          true;
      default -> false;
    };
  }

  /**
   * The code with this stable number, or {@link #INTERNAL} where a newer peer sent an unknown one.
   */
  public static ErrorCode ofNumber(int number) {
    for (ErrorCode code : values()) {
      if (code.number == number) {
        return code;
      }
    }
    return INTERNAL;
  }
}
