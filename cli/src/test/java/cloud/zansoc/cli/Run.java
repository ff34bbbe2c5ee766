package cloud.zansoc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** What a command printed and how it ended. */
public record Run(int exit, String out, String err) {
  /** Runs a command, however it ends. */
  public static Run of(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            OptionalInt.empty());
    int exit = Main.run(terminal, arguments);
    terminal.out().flush();
    return new Run(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a command with a profile. */
  public static Run with(Profile profile, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--profile=" + profile.folder());
    return of(all.toArray(String[]::new));
  }

  /** The same, where it has succeeded. */
  public Run ok() {
    assertThat(exit).as(err).isZero();
    return this;
  }
}
