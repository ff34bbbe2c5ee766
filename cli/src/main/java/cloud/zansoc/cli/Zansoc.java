package cloud.zansoc.cli;

import cloud.zansoc.cli.host.HostCommand;
import cloud.zansoc.cli.local.DemoCommand;
import cloud.zansoc.cli.local.DownCommand;
import cloud.zansoc.cli.local.StatusCommand;
import cloud.zansoc.cli.local.UpCommand;
import cloud.zansoc.cli.node.NodeCommand;
import cloud.zansoc.cli.node.TokenCommand;
import cloud.zansoc.cli.reference.CompletionCommand;
import cloud.zansoc.cli.reference.ManCommand;
import cloud.zansoc.cli.storage.BucketCommand;
import cloud.zansoc.cli.storage.CatCommand;
import cloud.zansoc.cli.storage.CpCommand;
import cloud.zansoc.cli.storage.LsCommand;
import cloud.zansoc.cli.storage.MvCommand;
import cloud.zansoc.cli.storage.RmCommand;
import cloud.zansoc.cli.storage.ShareCommand;
import cloud.zansoc.cli.storage.StatCommand;
import cloud.zansoc.cli.storage.SyncCommand;
import cloud.zansoc.cli.storage.VersionCommand;
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
      BucketCommand.class,
      CpCommand.class,
      LsCommand.class,
      StatCommand.class,
      CatCommand.class,
      RmCommand.class,
      MvCommand.class,
      SyncCommand.class,
      ShareCommand.class,
      VersionCommand.class,
      CompletionCommand.class,
      ManCommand.class,
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
