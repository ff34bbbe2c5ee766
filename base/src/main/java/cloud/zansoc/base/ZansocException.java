package cloud.zansoc.base;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An unexpected failure or a refusal. The message names the action, the id, what was expected, what
 * was seen and what to do; it never holds a secret.
 */
public final class ZansocException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;
  private final @Nullable Duration retryAfter;

  public ZansocException(ErrorCode code, String message) {
    super(message);
    this.code = code;
    this.retryAfter = null;
  }

  public ZansocException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.retryAfter = null;
  }

  /**
   * A refusal that is expected to end by itself.
   *
   * @param retryAfter when the same request may succeed
   */
  public ZansocException(ErrorCode code, String message, Duration retryAfter) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Which of the numbered errors this is. */
  public ErrorCode code() {
    return code;
  }

  /** After how long the same request may succeed, where that is known. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
