package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import com.github.dockerjava.api.exception.DockerException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an engine's failures mean. */
final class DockerFailures {
  private static final List<String> NO_SPACE =
      List.of("no space left on device", "disk quota exceeded");
  private static final List<String> NO_REGISTRY =
      List.of(
          "dial tcp",
          "no such host",
          "connection refused",
          "i/o timeout",
          "client.timeout exceeded",
          "network is unreachable",
          "server misbehaving");
  private static final List<String> NO_IMAGE =
      List.of(
          "manifest unknown",
          "manifest for",
          "not found",
          "no such image",
          "pull access denied",
          "repository does not exist",
          "requested access to the resource is denied",
          "unauthorized");
  private static final List<String> NO_COMMAND =
      List.of(
          "exec: \"",
          "executable file",
          "no command specified",
          "exec format error",
          "exec user process");

  /** The text in an engine's JSON. */
  private static final Pattern MESSAGE = Pattern.compile("\"message\":\"((?:[^\"\\\\]|\\\\.)*)\"");

  private DockerFailures() {}

  /**
   * Does {@code call}; its failures become {@link ZansocException}s.
   *
   * @param action such as "starting instance X"
   */
  static <T> T translate(String action, Supplier<T> call) {
    try {
      return call.get();
    } catch (ZansocException e) {
      throw e;
    } catch (RuntimeException e) {
      throw of(action, e);
    }
  }

  static ZansocException of(String action, Throwable failure) {
    return new ZansocException(code(failure), action + ": " + message(failure), failure);
  }

  /** Whether processes that were killed have not ended yet. */
  static boolean isStillEnding(RuntimeException failure) {
    return speaksOf(failure, List.of("did not receive an exit event", "is already in progress"));
  }

  /** Of a start: a command that is not there is the client's mistake, whatever status it has. */
  static ZansocException ofStart(String action, RuntimeException failure) {
    return speaksOf(failure, NO_COMMAND)
        ? new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            action + ": its command cannot be run: " + message(failure),
            failure)
        : of(action, failure);
  }

  /** Of a pull: a registry that does not answer is another thing than one without the image. */
  static ZansocException ofPull(String action, Throwable failure) {
    if (speaksOf(failure, NO_REGISTRY)) {
      return new ZansocException(
          ErrorCode.UNREACHABLE,
          action + ": its registry cannot be reached: " + message(failure),
          failure);
    }
    if (speaksOf(failure, NO_IMAGE)) {
      return new ZansocException(
          ErrorCode.NOT_FOUND, action + ": there is no such image: " + message(failure), failure);
    }
    return of(action, failure);
  }

  private static ErrorCode code(Throwable failure) {
    if (speaksOf(failure, NO_SPACE)) {
      return ErrorCode.NO_SPACE;
    }
    if (failure instanceof DockerException refusal) {
      return switch (refusal.getHttpStatus()) {
        case 400, 406 -> ErrorCode.INVALID_ARGUMENT;
        case 401, 403 -> ErrorCode.FORBIDDEN;
        case 404 -> ErrorCode.NOT_FOUND;
        case 409 -> ErrorCode.CONFLICT;
        case 501 -> ErrorCode.UNSUPPORTED;
        case 503 -> ErrorCode.UNREACHABLE;
        default -> ErrorCode.INTERNAL;
      };
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.io.IOException) {
        return ErrorCode.UNREACHABLE;
      }
    }
    return ErrorCode.INTERNAL;
  }

  private static boolean speaksOf(Throwable failure, List<String> phrases) {
    String message = message(failure).toLowerCase(Locale.ROOT);
    return phrases.stream().anyMatch(message::contains);
  }

  /** The innermost text, without the library's prefixes and JSON around it. */
  static String message(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && !(root instanceof DockerException)) {
      root = root.getCause();
    }
    String text = String.valueOf(root.getMessage()).strip();
    Matcher message = MESSAGE.matcher(text);
    return message.find() ? message.group(1).replace("\\\"", "\"") : text;
  }
}
