package cloud.zansoc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

final class HelpTest {
  /** Every command, as its words: "bucket", "bucket create" and so on. */
  static Stream<List<String>> commands() {
    PrintStream nothing =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(nothing, nothing, OptionalInt.empty());
    List<List<String>> found = new ArrayList<>();
    collect(Main.commandLine(terminal), List.of(), found);
    return found.stream();
  }

  private static void collect(CommandLine line, List<String> words, List<List<String>> found) {
    line.getSubcommands()
        .forEach((name, command) -> {
          List<String> all = new ArrayList<>(words);
          all.add(name);
          found.add(all);
          collect(command, all, found);
        });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_ofEveryCommand_isPrintedAndDescribesIt(List<String> words) {
    List<String> arguments = new ArrayList<>(words);
    arguments.add("--help");

    Run run = Run.of(arguments.toArray(String[]::new)).ok();

    assertThat(run.out()).contains("Usage: zansoc").contains("--help");
  }
}
