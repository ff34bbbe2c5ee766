package cloud.zansoc.cli.ssh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The terminal that the user sits at, by stty; or none. */
final class LocalTerminal implements AutoCloseable {
  /** For commands that get no terminal. */
  static final LocalTerminal NONE = new LocalTerminal(Optional.empty());

  private final Optional<String> saved;

  private LocalTerminal(Optional<String> saved) {
    this.saved = saved;
  }

  /** In characters. */
  record Size(int columns, int rows) {}

  /** The one of the standard streams, now raw: keys go where the command is, Ctrl-C too. */
  static LocalTerminal ofStandardStreams() {
    if (!isTerminal()) {
      return NONE;
    }
    Optional<String> settings = stty("-g");
    settings.ifPresent(its -> stty("raw", "-echo"));
    return new LocalTerminal(settings);
  }

  /** Its size now; none where there is no terminal. */
  Optional<Size> size() {
    if (saved.isEmpty()) {
      return Optional.empty();
    }
    return stty("size")
        .filter(text -> text.matches("[0-9]{1,5} [0-9]{1,5}"))
        .map(text -> text.split(" ", 2))
        .map(parts -> new Size(Integer.parseInt(parts[1]), Integer.parseInt(parts[0])));
  }

  /** As it was before. */
  @Override
  public void close() {
    saved.ifPresent(LocalTerminal::stty);
  }

  private static boolean isTerminal() {
    try {
      return new ProcessBuilder("sh", "-c", "test -t 0 && test -t 1").inheritIO().start().waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Optional<String> stty(String... words) {
    List<String> line = new ArrayList<>(List.of("stty"));
    line.addAll(List.of(words));
    try {
      Process process =
          new ProcessBuilder(line)
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? Optional.of(answer) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
