package cloud.zansoc.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The root command; {@link Commands} are its subcommands. */
@Command(
    name = "zansoc",
    description = "A distributed cloud made of people's own computers.",
    mixinStandardHelpOptions = true,
    versionProvider = Zansoc.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Zansoc {
  /** The version of the build. */
  public static final String VERSION = "0.1.0";

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"zansoc " + VERSION};
    }
  }
}
