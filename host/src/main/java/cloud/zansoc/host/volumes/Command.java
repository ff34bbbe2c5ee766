package cloud.zansoc.host.volumes;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of the system: mkfs, mount and the like, which say little and end soon. */
final class Command {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private Command() {}

  /** How a command ended, and what it said on both its outputs. */
  record Result(int exitCode, String output) {}

  /** Runs a command and expects that it ends with 0: its output. */
  static String run(String... command) {
    Result result = tryRun(command);
    if (result.exitCode != 0) {
      throw new ZansocException(
          ErrorCode.INTERNAL,
          "'%s' ended with %d: %s"
              .formatted(String.join(" ", command), result.exitCode, result.output));
    }
    return result.output;
  }

  /** Runs a command to its end. */
  static Result tryRun(String... command) {
    Process process;
    try {
      process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED, "'%s' cannot be run: install it".formatted(command[0]), e);
    }
    try {
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ZansocException(
            ErrorCode.TIMED_OUT, "'%s' does not end".formatted(String.join(" ", command)));
      }
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      throw new ZansocException(ErrorCode.INTERNAL, command[0] + " broke off", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.INTERNAL, command[0] + " was interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Whether a program of this name can be found. */
  static boolean exists(String program) {
    String path = System.getenv("PATH");
    return path != null
        && List.of(path.split(":", -1)).stream()
            .filter(folder -> !folder.isEmpty())
            .anyMatch(folder -> Path.of(folder, program).toFile().canExecute());
  }
}
