package cloud.zansoc.compute.engine.kubernetes;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** What a cluster's failures mean. */
final class KubernetesFailures {
  /** The API server refuses for a moment what it will allow once its controllers have caught up. */
  private static final List<String> PASSING =
      List.of("exceeded quota", "status unknown for quota", "serviceaccount", "service account");

  private static final List<String> NO_COMMAND =
      List.of("exec: \"", "executable file", "no command specified", "exec format error");
  private static final List<String> NO_REGISTRY =
      List.of(
          "dial tcp",
          "no such host",
          "connection refused",
          "i/o timeout",
          "deadline exceeded",
          "network is unreachable",
          "server misbehaving");

  private KubernetesFailures() {}

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

  /** The same of a call that gives nothing. */
  static void run(String action, Runnable call) {
    translate(
        action,
        () -> {
          call.run();
          return true;
        });
  }

  static ZansocException of(String action, Throwable failure) {
    return new ZansocException(code(failure), action + ": " + message(failure), failure);
  }

  private static ErrorCode code(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException refusal && refusal.getCode() > 0) {
        return code(refusal.getCode());
      }
      if (cause instanceof WebSocketHandshakeException refusal) {
        return code(refusal.getResponse().code());
      }
      if (cause instanceof IOException) {
        return ErrorCode.UNREACHABLE;
      }
    }
    return failure instanceof KubernetesClientException
        ? ErrorCode.UNREACHABLE
        : ErrorCode.INTERNAL;
  }

  private static ErrorCode code(int status) {
    return switch (status) {
      case 400, 422 -> ErrorCode.INVALID_ARGUMENT;
      case 401, 403 -> ErrorCode.FORBIDDEN;
      case 404 -> ErrorCode.NOT_FOUND;
      case 409 -> ErrorCode.CONFLICT;
      case 405, 501 -> ErrorCode.UNSUPPORTED;
      case 429, 502, 503, 504 -> ErrorCode.UNREACHABLE;
      default -> ErrorCode.INTERNAL;
    };
  }

  /** Whether it is worth while to ask again in a moment: see {@link #PASSING}. */
  static boolean passes(KubernetesClientException refusal) {
    return refusal.getCode() == 409
        || (refusal.getCode() == 403 && speaksOf(message(refusal), PASSING));
  }

  /** Whether a container did not start since its image does not have its command. */
  static boolean isNoCommand(String message) {
    return speaksOf(message, NO_COMMAND);
  }

  /** Of a pull: a registry that does not answer is another thing than one without the image. */
  static ZansocException ofPull(String image, String message) {
    return speaksOf(message, NO_REGISTRY)
        ? new ZansocException(
            ErrorCode.UNREACHABLE,
            "pulling image %s: its registry cannot be reached: %s".formatted(image, message))
        : new ZansocException(
            ErrorCode.NOT_FOUND,
            "pulling image %s: there is no such image: %s".formatted(image, message));
  }

  private static boolean speaksOf(String message, List<String> phrases) {
    String text = message.toLowerCase(Locale.ROOT);
    return phrases.stream().anyMatch(text::contains);
  }

  /** The API server's own words, where there are any, else the innermost failure's. */
  static String message(Throwable failure) {
    Throwable root = failure;
    while (true) {
      if (root instanceof KubernetesClientException refusal
          && refusal.getStatus() != null
          && refusal.getStatus().getMessage() != null) {
        return refusal.getStatus().getMessage();
      }
      if (root.getCause() == null) {
        return String.valueOf(root.getMessage()).strip();
      }
      root = root.getCause();
    }
  }
}
