package cloud.zansoc.cli.storage;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.client.ObjectAddress;
import cloud.zansoc.storage.client.StorageHub;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes objects. */
@Command(
    name = "rm",
    description = "Remove objects; earlier versions stay until they are removed by --version.")
public final class RmCommand extends ClientCommand {
  @Parameters(arity = "1..*", paramLabel = "zs://BUCKET/KEY", description = "Which objects.")
  private List<String> addresses = List.of();

  @Option(names = "-r", description = "All objects whose keys begin with this.")
  private boolean recursive;

  @Option(names = "--all-versions", description = "With -r: every version of them, for good.")
  private boolean allVersions;

  @Option(names = "--version", paramLabel = "ID", description = "This version only, for good.")
  private Optional<String> version = Optional.empty();

  @Override
  protected void run(Session session, Output output) {
    if ((allVersions && !recursive) || (recursive && version.isPresent())) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "-r goes with --all-versions, and --version with one object: give one of these");
    }
    StorageHub hub = session.storageHub();
    List<String> removed = new ArrayList<>();
    for (String text : addresses) {
      ObjectAddress address = ObjectAddress.parse(text);
      if (allVersions) {
        for (VersionView one : hub.versions(address.bucket(), address.key())) {
          hub.remove(address.bucket(), one.key(), Optional.of(one.versionId()));
          removed.add(address.withKey(one.key()).toString());
        }
      } else if (recursive) {
        for (VersionView object : hub.listAll(address.bucket(), address.key())) {
          hub.remove(address.bucket(), object.key(), Optional.empty());
          removed.add(address.withKey(object.key()).toString());
        }
      } else if (address.key().isEmpty()) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "'%s' is a bucket: -r removes all that is in it, 'zansoc bucket rm' the empty bucket"
                .formatted(text));
      } else {
        if (version.isEmpty()) {
          hub.object(address.bucket(), address.key(), Optional.empty());
        }
        hub.remove(address.bucket(), address.key(), version);
        removed.add(address.toString());
      }
    }
    output.result(Map.of("removed", removed), removed.size() + " removed");
  }
}
