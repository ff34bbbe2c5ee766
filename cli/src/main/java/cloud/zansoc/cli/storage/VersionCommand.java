package cloud.zansoc.cli.storage;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.client.ObjectAddress;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Versions of objects. */
@Command(
    name = "version",
    description = "List the versions of objects, and bring earlier ones back.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {VersionCommand.Ls.class, VersionCommand.Restore.class})
public final class VersionCommand {
  @Command(name = "ls", description = "List all versions, the newest of each key first.")
  static final class Ls extends ClientCommand {
    @Parameters(paramLabel = "zs://BUCKET/PREFIX", description = "Of which objects.")
    private String address;

    @Override
    protected void run(Session session, Output output) {
      ObjectAddress at = ObjectAddress.parse(address);
      List<VersionView> versions = session.storageHub().versions(at.bucket(), at.key());
      if (output.isJson()) {
        output.json(versions);
        return;
      }
      output.table(
          List.of("VERSION", ">SIZE", "STORED", "STATE", "KEY"),
          versions.stream()
              .map(version ->
                  List.of(
                      version.versionId(),
                      version.deleteMarker() ? "-" : new ByteSize(version.size()).toString(),
                      Times.text(version.modified()),
                      state(version),
                      Names.printable(version.key())))
              .toList());
    }

    private static String state(VersionView version) {
      if (version.deleteMarker()) {
        return "removed";
      }
      return version.latest() ? "newest" : "";
    }
  }

  @Command(name = "restore", description = "Make an earlier version the newest again.")
  static final class Restore extends ClientCommand {
    @Parameters(index = "0", paramLabel = "zs://BUCKET/KEY", description = "Of which object.")
    private String address;

    @Parameters(index = "1", paramLabel = "ID", description = "As 'zansoc version ls' shows it.")
    private String version;

    @Override
    protected void run(Session session, Output output) {
      VersionView restored = session.storage().restore(ObjectAddress.parse(address), version);
      output.result(
          restored, "Version " + version + " is the newest again, as " + restored.versionId());
    }
  }
}
