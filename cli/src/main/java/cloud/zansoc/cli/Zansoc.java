package cloud.zansoc.cli;

import cloud.zansoc.cli.host.HostCommand;
import cloud.zansoc.cli.local.DemoCommand;
import cloud.zansoc.cli.local.DownCommand;
import cloud.zansoc.cli.local.StatusCommand;
import cloud.zansoc.cli.local.UpCommand;
import cloud.zansoc.cli.node.NodeCommand;
import cloud.zansoc.cli.node.TokenCommand;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;

/** The root command. */
@Command(
    name = "zansoc",
    description = "A distributed cloud made of people's own computers.",
    mixinStandardHelpOptions = true,
    versionProvider = Zansoc.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      LoginCommand.class,
      WhoamiCommand.class,
      PhraseCommand.class,
      HubCommand.class,
      HostCommand.class,
      NodeCommand.class,
      TokenCommand.class,
      DemoCommand.class,
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      AutoComplete.GenerateCompletion.class,
      HelpCommand.class,
    })
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
