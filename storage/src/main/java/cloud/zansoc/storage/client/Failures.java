package cloud.zansoc.storage.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;

/** Turns the failures of threads and files into ours. */
final class Failures {
  private Failures() {}

  /** What went wrong on another thread, to be thrown on this one. */
  static RuntimeException unwrapped(ExecutionException failure) {
    return switch (failure.getCause()) {
      case ZansocException known -> new ZansocException(known.code(), message(known), failure);
      case RuntimeException known -> known;
      case Error error -> throw error;
      case null, default -> new IllegalStateException("a task failed", failure);
    };
  }

  /** This thread was asked to stop while {@code action} ran; it stays interrupted. */
  static ZansocException interrupted(String action, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ZansocException(ErrorCode.TIMED_OUT, action + " was interrupted", cause);
  }

  /** What went wrong, as ours; what nobody expected becomes INTERNAL. */
  static ZansocException known(String action, RuntimeException failure) {
    return failure instanceof ZansocException known
        ? known
        : new ZansocException(
            ErrorCode.INTERNAL, action + " failed unexpectedly: " + failure, failure);
  }

  /** A file or stream could not be read or written. */
  static ZansocException ofFile(String action, IOException cause) {
    String reason = String.valueOf(cause.getMessage());
    return switch (cause) {
      case NoSuchFileException e ->
          new ZansocException(ErrorCode.NOT_FOUND, action + ": there is no " + reason, e);
      case AccessDeniedException e ->
          new ZansocException(ErrorCode.FORBIDDEN, action + ": no permission for " + reason, e);
      case FileSystemException e when reason.endsWith("Not a directory") ->
          new ZansocException(
              ErrorCode.INVALID_ARGUMENT, action + ": a file stands where a folder should be", e);
      case IOException e when reason.contains("No space left") ->
          new ZansocException(
              ErrorCode.NO_SPACE, action + ": the disk is full; free some space and repeat", e);
      default -> new ZansocException(ErrorCode.INTERNAL, action + ": " + reason, cause);
    };
  }

  private static String message(ZansocException exception) {
    return String.valueOf(exception.getMessage());
  }
}
