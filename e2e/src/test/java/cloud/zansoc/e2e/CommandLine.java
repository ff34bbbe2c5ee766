package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.cli.Main;
import cloud.zansoc.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Runs commands as a user of one profile. */
final class CommandLine {
  private final Path profile;

  CommandLine(Path profile) {
    this.profile = profile;
  }

  /** What a command printed and how it ended. */
  record Result(int exit, byte[] bytes, String err) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** Runs a command, however it ends. */
  Result run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            OptionalInt.empty());
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--profile=" + profile);
    int exit = Main.run(terminal, all.toArray(String[]::new));
    terminal.out().flush();
    return new Result(exit, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a command that must succeed. */
  Result ok(String... arguments) {
    Result result = run(arguments);
    assertThat(result.exit()).as("zansoc %s: %s", List.of(arguments), result.err()).isZero();
    return result;
  }

  /** Runs a command that must fail with this exit code and a message that contains these words. */
  Result fails(int exit, List<String> words, String... arguments) {
    Result result = run(arguments);
    assertThat(result.exit()).as("zansoc %s: %s", List.of(arguments), result.err()).isEqualTo(exit);
    assertThat(result.err()).contains(words);
    return result;
  }
}
