package cloud.zansoc.base;

/**
 * An unexpected failure or a refusal. The message names the action, the id, what was expected, what
 * was seen and what to do; it never holds a secret.
 */
public final class ZansocException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  public ZansocException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  public ZansocException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Which of the numbered errors this is. */
  public ErrorCode code() {
    return code;
  }
}
