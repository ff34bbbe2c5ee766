package cloud.zansoc.cli.reference;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.cli.Main;
import cloud.zansoc.cli.Run;
import cloud.zansoc.cli.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReferenceTest {
  private static final Path KEPT = Path.of("..", "docs", "reference", "cli.md");

  @TempDir Path folder;

  private static CommandPage root() {
    PrintStream nothing =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(nothing, nothing, OptionalInt.empty());
    return CommandPage.of(Main.commandLine(terminal).getCommandSpec());
  }

  @Test
  void reference_isWhatTheCommandsSay() throws IOException {
    String page = MarkdownReference.render(root());

    Path fresh = Files.writeString(Path.of("target", "cli.md"), page);

    assertThat(Files.exists(KEPT) ? Files.readString(KEPT) : "")
        .as("where this is right: cp cli/%s docs/reference/cli.md", fresh)
        .isEqualTo(page);
  }

  @Test
  void exitCodes_nameEveryErrorOnce() {
    List<String> named = new ArrayList<>();
    for (ExitCodes.Row row : ExitCodes.rows()) {
      assertThat(row.meaning()).isNotBlank();
      named.addAll(row.errors());
    }

    assertThat(named)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(ErrorCode.values())
                .map(code -> "Z" + code.number() + " " + code.name())
                .toList());
  }

  @Test
  void everyCommandAndArgument_isDescribed() {
    root()
        .all()
        .forEach(page -> {
          assertThat(page.summary()).as(page.name()).isNotBlank();
          page.arguments()
              .forEach(argument ->
                  assertThat(argument.meaning())
                      .as(page.name() + " " + argument.typed())
                      .isNotBlank());
        });
  }

  @Test
  void man_writesOnePageForEachCommand() throws IOException {
    Run result = Run.of("man", folder.toString());

    assertThat(result.exit()).as(result.err()).isZero();
    List<CommandPage> pages = root().all().toList();
    try (Stream<Path> files = Files.list(folder.resolve("man1"))) {
      assertThat(files).hasSize(pages.size());
    }
    for (CommandPage page : pages) {
      String text = Files.readString(folder.resolve("man1").resolve(ManualPage.fileName(page)));
      assertThat(text).startsWith(".TH ZANSOC").contains(".SH NAME", ".SH SYNOPSIS");
      assertThat(text.lines().filter(line -> line.startsWith(".")))
          .allMatch(line -> line.matches("\\.(TH|SH|TP)( .*)?"));
      page.arguments()
          .forEach(argument -> assertThat(text).contains(argument.typed().replace("-", "\\-")));
    }
  }

  @Test
  void man_intoWhatIsNoFolder_saysWhatToDo() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    Run result = Run.of("man", file.toString());

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("name another folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void completion_isAScriptThatBashAccepts(String shell) throws Exception {
    Run result = Run.of("completion", shell);

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).contains("zansoc", "bucket", "--recovery-phrase", "compinit");
    Path script = Files.writeString(folder.resolve("script"), result.out());
    Process bash = new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();
    assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(bash.exitValue()).isZero();
  }

  @Test
  void completion_ofAnotherShell_namesThoseThatThereAre() {
    Run result = Run.of("completion", "fish");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("BASH, ZSH");
  }
}
