package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.cli.Main;
import cloud.zansoc.cli.Terminal;
import cloud.zansoc.cli.local.LocalChain;
import cloud.zansoc.ledger.evm.ContractsFolder;
import cloud.zansoc.ledger.evm.FolderWallet;
import cloud.zansoc.net.http.Json;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Commands of users that run in a place of a test bed: one process there takes one after the other,
 * so that each needs no JVM of its own. It can start the development chain there too.
 */
final class CommandsInPlace implements AutoCloseable {
  private static final String CHAIN = "the chain";

  private final Process process;
  private final BufferedReader answers;

  private CommandsInPlace(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** A line to the process. */
  record Call(List<String> arguments) {}

  /** The line that comes back. */
  record Answer(int exit, String out, String err) {}

  /** What runs in the place. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    BufferedReader calls =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = calls.readLine(); line != null; line = calls.readLine()) {
      Call call = Json.read(line.getBytes(StandardCharsets.UTF_8), Call.class);
      answers.println(new String(Json.write(carryOut(call.arguments())), StandardCharsets.UTF_8));
      answers.flush();
    }
  }

  private static Answer carryOut(List<String> arguments) {
    if (arguments.getFirst().equals(CHAIN)) {
      Path folder = Path.of(arguments.get(1));
      List<String> values =
          new LocalChain(
                  folder,
                  new ContractsFolder(Path.of(arguments.get(2))),
                  Integer.parseInt(arguments.get(3)))
              .start(() -> FolderWallet.loadOrCreate(folder.resolve("hub")));
      return new Answer(0, String.join("\n", values), "");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            OptionalInt.empty());
    int exit = Main.run(terminal, arguments.toArray(String[]::new));
    terminal.out().flush();
    return new Answer(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /**
   * Starts the process.
   *
   * @param place what runs a command there
   * @param log of what it prints beside its answers
   */
  static CommandsInPlace start(List<String> place, Path log) {
    List<String> command = new ArrayList<>(place);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ChildProgram.JAVA_FLAGS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(CommandsInPlace.class.getName());
    try {
      return new CommandsInPlace(new ProcessBuilder(command).redirectError(log.toFile()).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The development chain, listening on that port of the place; the lines that a hub needs. */
  List<String> startChain(Path folder, Path contracts, int port) {
    Answer answer =
        call(List.of(CHAIN, folder.toString(), contracts.toString(), Integer.toString(port)));
    return answer.out().lines().toList();
  }

  /** Runs a command to its end, however it ends. */
  synchronized Answer call(List<String> arguments) {
    try {
      process
          .getOutputStream()
          .write(
              (new String(Json.write(new Call(arguments)), StandardCharsets.UTF_8) + "\n")
                  .getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      String line = answers.readLine();
      assertThat(line).as("the answer to %s", arguments).isNotNull();
      return Json.read(line.getBytes(StandardCharsets.UTF_8), Answer.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /** The commands of a user with a profile. */
  User user(Path profile) {
    return new User(profile);
  }

  /** Somebody's commands; the methods as those of {@link CommandLine}. */
  final class User {
    private final Path profile;

    private User(Path profile) {
      this.profile = profile;
    }

    Answer run(String... arguments) {
      List<String> all = new ArrayList<>(List.of(arguments));
      int end = all.indexOf("--");
      all.add(end < 0 ? all.size() : end, "--profile=" + profile);
      return call(all);
    }

    Answer ok(String... arguments) {
      Answer answer = run(arguments);
      assertThat(answer.exit())
          .as("zansoc %s: %s%s", List.of(arguments), answer.out(), answer.err())
          .isZero();
      return answer;
    }

    <T> T json(Class<T> type, String... arguments) {
      return Json.read(withJson(arguments), type);
    }

    <T> List<T> jsonList(Class<T> type, String... arguments) {
      return Json.readList(withJson(arguments), type);
    }

    private byte[] withJson(String... arguments) {
      List<String> all = new ArrayList<>(List.of(arguments));
      int end = all.indexOf("--");
      all.add(end < 0 ? all.size() : end, "--json");
      return ok(all.toArray(String[]::new)).out().getBytes(StandardCharsets.UTF_8);
    }
  }
}
