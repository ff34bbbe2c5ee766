package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import java.io.Console;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Asks before something is done that costs or cannot be undone. */
final class Confirmation {
  @Option(
      names = {"--yes", "-y"},
      description = "Do it without asking.")
  private boolean yes;

  /**
   * Whether it is to be done.
   *
   * @throws ZansocException INVALID_ARGUMENT where there is nobody to ask
   */
  boolean isGiven(Output output, String question) {
    if (yes) {
      return true;
    }
    Optional<Console> console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (console.isEmpty() || output.isJson()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "there is no terminal to ask on: give --yes to do it without asking");
    }
    output.terminal().out().flush();
    String answer = console.get().readLine("%s [y/N] ", question);
    return answer != null && (answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes"));
  }
}
