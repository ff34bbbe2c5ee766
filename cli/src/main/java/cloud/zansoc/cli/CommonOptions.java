package cloud.zansoc.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that every command takes, and what they open. */
public final class CommonOptions {
  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(names = "--json", description = "Print the result as JSON.")
  boolean json;

  @Option(
      names = "--profile",
      paramLabel = "DIR",
      description = "The profile's folder (default: $ZANSOC_HOME, else ~/.zansoc).")
  Optional<Path> profile = Optional.empty();

  CommonOptions(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Where this command prints. */
  public Output output() {
    return new Output(terminal, json);
  }

  /** The profile that this command works with. */
  public Profile profile() {
    return new Profile(profile.orElseGet(Profile::defaultFolder));
  }
}
