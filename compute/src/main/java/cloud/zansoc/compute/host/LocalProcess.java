package cloud.zansoc.compute.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process of this machine. Its number alone may be another's later; with the moment of its start
 * it is the same process for ever.
 *
 * @param startTicks since the machine's start, as proc_pid_stat(5) has it
 */
record LocalProcess(long number, long startTicks) {
  private static final int START_AFTER_NAME = 19;

  /** The process that has a number now. */
  static Optional<LocalProcess> of(long number) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(number), "stat"));
      // The name is in parentheses, and may itself hold any character.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Optional.of(new LocalProcess(number, Long.parseLong(fields[START_AFTER_NAME])));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  boolean isAlive() {
    return of(number).equals(Optional.of(this));
  }

  /** Where it has its network. */
  Path network() {
    return Path.of("/proc", Long.toString(number), "ns", "net");
  }

  /** Whether two processes have one network. */
  static boolean shareNetwork(long one, long other) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(one), "ns", "net"))
          .equals(Files.readSymbolicLink(Path.of("/proc", Long.toString(other), "ns", "net")));
    } catch (IOException e) {
      return false;
    }
  }

  static LocalProcess parse(String text) {
    String[] parts = text.strip().split(" ", -1);
    return new LocalProcess(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
  }

  @Override
  public String toString() {
    return number + " " + startTicks;
  }
}
