package cloud.zansoc.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Standard output and error as the launcher set them up.
 *
 * @param out results
 * @param err progress, warnings and errors
 * @param columns the width of the terminal behind {@code err}; none where it is not a terminal
 */
public record Terminal(PrintStream out, PrintStream err, OptionalInt columns) {

  /** Reads ZANSOC_STDERR (the descriptor of the real standard error) and ZANSOC_TERMINAL. */
  static Terminal ofEnvironment() {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    return new Terminal(out, standardError(System.getenv("ZANSOC_STDERR")), terminalColumns());
  }

  private static PrintStream standardError(@Nullable String descriptor) {
    if (descriptor != null && descriptor.matches("[0-9]+")) {
      try {
        PrintStream err =
            new PrintStream(
                new FileOutputStream("/dev/fd/" + descriptor, true), true, StandardCharsets.UTF_8);
        System.setErr(err);
        return err;
      } catch (IOException e) {
        // Not a system with /dev/fd: the JVM's own standard error serves.
      }
    }
    return System.err;
  }

  private static OptionalInt terminalColumns() {
    String columns = System.getenv("ZANSOC_TERMINAL");
    if (columns == null || !columns.matches("[0-9]{1,4}")) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Math.max(40, Integer.parseInt(columns)));
  }
}
