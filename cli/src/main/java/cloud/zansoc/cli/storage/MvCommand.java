package cloud.zansoc.cli.storage;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.client.ObjectAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Renames an object. */
@Command(name = "mv", description = "Give an object another key; its data stays where it is.")
public final class MvCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "zs://BUCKET/FROM", description = "Which object.")
  private String from;

  @Parameters(
      index = "1",
      paramLabel = "zs://BUCKET/TO",
      description = "Its new key; with a '/' at the end, the folder it goes to.")
  private String to;

  @Override
  protected void run(Session session, Output output) {
    ObjectAddress source = ObjectAddress.parse(from);
    ObjectAddress target = ObjectAddress.parse(to);
    if (target.key().isEmpty() || target.key().endsWith("/")) {
      target = target.withKey(target.key() + Names.last(source.key()));
    }
    VersionView moved = session.storage().move(source, target);
    output.result(moved, Names.printable(source + " is now " + target));
  }
}
