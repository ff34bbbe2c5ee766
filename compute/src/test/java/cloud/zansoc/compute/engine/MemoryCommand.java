package cloud.zansoc.compute.engine;

import cloud.zansoc.compute.api.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the commands of a {@link MemoryEngine} do: word for word those that {@link EngineContract}
 * names, and {@code http-server PORT STATUS}, which answers every request so, with its host name.
 */
final class MemoryCommand {
  static final int NOT_FOUND = 127;
  private static final int END_OF_TRANSMISSION = 4;
  private static final Pattern EXIT = Pattern.compile("exit ([0-9]+)");
  private static final Pattern LISTEN = Pattern.compile("TCP-LISTEN:([0-9]+),fork,reuseaddr");

  private MemoryCommand() {}

  /** What a command has. */
  record Surroundings(
      Map<String, String> environment,
      String hostName,
      MemoryFiles files,
      AtomicReference<TerminalSize> terminal) {}

  /** Its streams. */
  record Streams(InputStream stdin, OutputStream stdout, OutputStream stderr) {}

  /** A server: its port, and the status it answers with; 0 sends back what comes. */
  record Server(int port, int status) {}

  static boolean isKnown(List<String> command) {
    return !command.isEmpty() && !command.getFirst().equals("no-such-command");
  }

  /** The server that a command is. */
  static Optional<Server> server(List<String> command) {
    if (command.size() != 3) {
      return Optional.empty();
    }
    if (command.getFirst().equals("http-server")) {
      return Optional.of(
          new Server(Integer.parseInt(command.get(1)), Integer.parseInt(command.get(2))));
    }
    Matcher listen = LISTEN.matcher(command.get(1));
    return command.getFirst().equals("socat") && listen.matches()
        ? Optional.of(new Server(Integer.parseInt(listen.group(1)), 0))
        : Optional.empty();
  }

  /**
   * Runs a command.
   *
   * @return its exit code; none: it goes on until it is ended
   */
  static Optional<Integer> run(List<String> command, Surroundings around, Streams streams)
      throws IOException {
    return switch (command.getFirst()) {
      case "sleep", "socat", "http-server" -> Optional.empty();
      case "echo" -> say(streams.stdout(), String.join(" ", command.subList(1, command.size())));
      case "hostname" -> say(streams.stdout(), around.hostName());
      case "cat" -> cat(command, around, streams);
      case "sh" -> script(command.get(2), around, streams);
      default -> {
        say(streams.stderr(), command.getFirst() + ": not found");
        yield Optional.of(NOT_FOUND);
      }
    };
  }

  private static Optional<Integer> say(OutputStream to, String line) throws IOException {
    to.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    return Optional.of(0);
  }

  private static Optional<Integer> cat(List<String> command, Surroundings around, Streams streams)
      throws IOException {
    if (command.size() == 1) {
      streams.stdin().transferTo(streams.stdout());
      return Optional.of(0);
    }
    Optional<byte[]> content = around.files().read(command.get(1));
    if (content.isEmpty()) {
      say(streams.stderr(), "cat: " + command.get(1) + ": No such file or directory");
      return Optional.of(1);
    }
    streams.stdout().write(content.get());
    return Optional.of(0);
  }

  private static Optional<Integer> script(String text, Surroundings around, Streams streams)
      throws IOException {
    Matcher exit = EXIT.matcher(text);
    if (exit.matches()) {
      return Optional.of(Integer.parseInt(exit.group(1)));
    }
    if (text.equals(EngineContract.GREETING.getLast())) {
      return say(streams.stdout(), around.environment().getOrDefault("GREETING", ""));
    }
    if (text.equals(EngineContract.BOTH_OUTPUTS.getLast())) {
      say(streams.stdout(), "to stdout");
      return say(streams.stderr(), "to stderr");
    }
    if (text.equals(EngineContract.THREE_LINES.getLast())) {
      say(streams.stdout(), "one\ntwo\nthree");
      return Optional.empty();
    }
    if (text.equals(EngineContract.TERMINAL_SIZES.getLast())) {
      return sizes(around, streams);
    }
    say(streams.stderr(), "sh: " + text + ": not found");
    return Optional.of(NOT_FOUND);
  }

  private static Optional<Integer> sizes(Surroundings around, Streams streams) throws IOException {
    for (int next = streams.stdin().read();
        next >= 0 && next != END_OF_TRANSMISSION;
        next = streams.stdin().read()) {
      TerminalSize size = around.terminal().get();
      if (next == '\n' && size != null) {
        say(streams.stdout(), size.rows() + " " + size.columns());
      }
    }
    return Optional.of(0);
  }
}
