package cloud.zansoc.compute.engine.docker;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The small first process in a container that starts the command and collects orphans. An engine
 * says that a container runs as soon as this one does; whether the command can be run shows a
 * moment later.
 */
final class InitProcess {
  private static final Duration POLL = Duration.ofMillis(1);
  private static final int POLLS = 2000;

  private InitProcess() {}

  /**
   * Waits until {@code process} has started the command, or has ended.
   *
   * @return whether it goes on
   */
  static boolean awaitCommand(long process) {
    try {
      Path own = executable(process);
      for (int polls = 0; polls < POLLS; polls++) {
        for (String child : children(process)) {
          if (isAnother(Long.parseLong(child), own)) {
            return true;
          }
        }
        LockSupport.parkNanos(POLL.toNanos());
      }
      return true; // Slow, but there.
    } catch (AccessDeniedException e) {
      return true; // It is there, and not ours to look at.
    } catch (IOException e) {
      return false; // It has ended.
    }
  }

  private static boolean isAnother(long child, Path own) {
    try {
      return !executable(child).equals(own);
    } catch (IOException e) {
      return false; // The child has ended; its parent will tell how.
    }
  }

  private static List<String> children(long process) throws IOException {
    String text =
        Files.readString(Path.of("/proc/%d/task/%d/children".formatted(process, process))).strip();
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }

  private static Path executable(long process) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/" + process + "/exe"));
  }
}
