package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.cli.Main;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Terminal;
import cloud.zansoc.net.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

  /** The address of the hub that this user logged in to. */
  String hub() {
    return new Profile(profile).hub().address().toString();
  }

  /** Runs a command as a process of its own that reads {@code in} from its standard input. */
  Result piped(byte[] in, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("cloud.zansoc.cli.Main");
    command.addAll(List.of(arguments));
    command.add("--profile=" + profile);
    Path source = Files.createTempFile(profile, "stdin", "");
    Path out = Files.createTempFile(profile, "stdout", "");
    Path err = Files.createTempFile(profile, "stderr", "");
    Files.write(source, in);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(source.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int exit = process.waitFor();
    return new Result(exit, Files.readAllBytes(out), Files.readString(err));
  }

  /** Runs a command that must succeed; its result as {@code type}. */
  <T> T json(Class<T> type, String... arguments) {
    return Json.read(ok(withJson(arguments)).bytes(), type);
  }

  /** Runs a command that must succeed; its result as a list. */
  <T> List<T> jsonList(Class<T> type, String... arguments) {
    return Json.readList(ok(withJson(arguments)).bytes(), type);
  }

  private static String[] withJson(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    return all.toArray(String[]::new);
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
