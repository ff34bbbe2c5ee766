package cloud.zansoc.compute.engine.docker;

import java.io.IOException;
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

  /** Returns once {@code process} has become, or has ended without becoming, the command. */
  static void awaitCommand(long process) {
    try {
      Path own = executable(process);
      for (int polls = 0; polls < POLLS && !hasStarted(process, own); polls++) {
        LockSupport.parkNanos(POLL.toNanos());
      }
    } catch (IOException e) {
      // It has ended already, or we may not look.
    }
  }

  private static boolean hasStarted(long process, Path own) throws IOException {
    for (String child : children(process)) {
      if (!executable(Long.parseLong(child)).equals(own)) {
        return true;
      }
    }
    return false;
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
