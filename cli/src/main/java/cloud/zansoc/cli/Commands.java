package cloud.zansoc.cli;

import cloud.zansoc.cli.compute.DeployCommand;
import cloud.zansoc.cli.compute.DeploymentCommand;
import cloud.zansoc.cli.compute.InstanceCommand;
import cloud.zansoc.cli.exchange.ExchangeCommand;
import cloud.zansoc.cli.host.HostCommand;
import cloud.zansoc.cli.image.ImageCommand;
import cloud.zansoc.cli.image.TemplateCommand;
import cloud.zansoc.cli.lease.LeaseCommand;
import cloud.zansoc.cli.ledger.LedgerCommand;
import cloud.zansoc.cli.local.DemoCommand;
import cloud.zansoc.cli.local.DownCommand;
import cloud.zansoc.cli.local.StatusCommand;
import cloud.zansoc.cli.local.UpCommand;
import cloud.zansoc.cli.node.NodeCommand;
import cloud.zansoc.cli.node.TokenCommand;
import cloud.zansoc.cli.reference.CompletionCommand;
import cloud.zansoc.cli.reference.ManCommand;
import cloud.zansoc.cli.ssh.ExecCommand;
import cloud.zansoc.cli.ssh.KeyCommand;
import cloud.zansoc.cli.ssh.SshCommand;
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
import cloud.zansoc.cli.volume.VolumeCommand;
import cloud.zansoc.cli.wallet.PriceCommand;
import cloud.zansoc.cli.wallet.WalletCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;

/**
 * The commands by name, in the order of the help. Building the model of all of them takes longer
 * than most commands do, so that a command line begins with the one that it names.
 */
final class Commands {
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  /** Those that speak of all the others. */
  private static final Set<String> OF_ALL = Set.of("help", "man", "completion");

  static {
    COMMANDS.put("login", LoginCommand.class);
    COMMANDS.put("whoami", WhoamiCommand.class);
    COMMANDS.put("recovery-phrase", PhraseCommand.class);
    COMMANDS.put("hub", HubCommand.class);
    COMMANDS.put("host", HostCommand.class);
    COMMANDS.put("node", NodeCommand.class);
    COMMANDS.put("token", TokenCommand.class);
    COMMANDS.put("ledger", LedgerCommand.class);
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("up", UpCommand.class);
    COMMANDS.put("down", DownCommand.class);
    COMMANDS.put("status", StatusCommand.class);
    COMMANDS.put("bucket", BucketCommand.class);
    COMMANDS.put("cp", CpCommand.class);
    COMMANDS.put("ls", LsCommand.class);
    COMMANDS.put("stat", StatCommand.class);
    COMMANDS.put("cat", CatCommand.class);
    COMMANDS.put("rm", RmCommand.class);
    COMMANDS.put("mv", MvCommand.class);
    COMMANDS.put("sync", SyncCommand.class);
    COMMANDS.put("share", ShareCommand.class);
    COMMANDS.put("version", VersionCommand.class);
    COMMANDS.put("volume", VolumeCommand.class);
    COMMANDS.put("deploy", DeployCommand.class);
    COMMANDS.put("deployment", DeploymentCommand.class);
    COMMANDS.put("instance", InstanceCommand.class);
    COMMANDS.put("wallet", WalletCommand.class);
    COMMANDS.put("image", ImageCommand.class);
    COMMANDS.put("template", TemplateCommand.class);
    COMMANDS.put("lease", LeaseCommand.class);
    COMMANDS.put("price", PriceCommand.class);
    COMMANDS.put("exchange", ExchangeCommand.class);
    COMMANDS.put("ssh", SshCommand.class);
    COMMANDS.put("exec", ExecCommand.class);
    COMMANDS.put("key", KeyCommand.class);
    COMMANDS.put("completion", CompletionCommand.class);
    COMMANDS.put("man", ManCommand.class);
    COMMANDS.put("help", CommandLine.HelpCommand.class);
  }

  private Commands() {}

  /**
   * Adds those that may be needed to run {@code arguments}, else to say what is wrong with them.
   */
  static void addTo(CommandLine line, String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    if (first.equals("--version") || first.equals("-V")) {
      return;
    }
    Class<?> named = COMMANDS.get(first);
    if (named == null || OF_ALL.contains(first)) {
      COMMANDS.forEach(line::addSubcommand);
    } else {
      line.addSubcommand(first, named);
    }
  }
}
