package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs programs of the system that end at once: nft, ip, tc. */
final class SystemCommand {
  private SystemCommand() {}

  static List<String> join(List<String> start, String... rest) {
    List<String> command = new ArrayList<>(start);
    command.addAll(List.of(rest));
    return List.copyOf(command);
  }

  /** Runs it; what it wrote. */
  static String run(List<String> command) {
    return run(command, "");
  }

  /**
   * Runs it with {@code input}; what it wrote.
   *
   * @throws ZansocException UNSUPPORTED where it is not installed or fails
   */
  static String run(List<String> command, String input) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = process.waitFor();
      if (status != 0) {
        throw new ZansocException(
            ErrorCode.UNSUPPORTED,
            "'%s' ended with %d: %s".formatted(String.join(" ", command), status, output));
      }
      return output;
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "'%s' could not be run: %s".formatted(command.getFirst(), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.UNSUPPORTED, command.getFirst() + " was interrupted", e);
    }
  }
}
