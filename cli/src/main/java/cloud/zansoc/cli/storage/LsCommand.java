package cloud.zansoc.cli.storage;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.storage.api.Listing;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.client.ObjectAddress;
import cloud.zansoc.storage.client.StorageHub;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists buckets, or the objects of one. */
@Command(name = "ls", description = "List your buckets, or what is in one.")
public final class LsCommand extends ClientCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "zs://BUCKET/PREFIX",
      description = "Which objects (default: list the buckets).")
  private Optional<String> address = Optional.empty();

  @Option(names = "-r", description = "All keys, not folder by folder.")
  private boolean recursive;

  @Override
  protected void run(Session session, Output output) {
    StorageHub hub = session.storageHub();
    if (address.isEmpty()) {
      BucketCommand.print(hub.buckets(), output);
      return;
    }
    Listing listing = list(hub, ObjectAddress.parse(address.get()));
    if (output.isJson()) {
      output.json(listing);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    listing.prefixes().forEach(prefix -> rows.add(List.of("", "", Names.printable(prefix))));
    for (VersionView object : listing.objects()) {
      rows.add(
          List.of(
              new ByteSize(object.size()).toString(),
              Times.text(object.modified()),
              Names.printable(object.key())));
    }
    output.table(List.of(">SIZE", "STORED", "KEY"), rows);
  }

  private Listing list(StorageHub hub, ObjectAddress at) {
    List<VersionView> objects = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      Listing page =
          hub.list(at.bucket(), at.key(), recursive ? "" : "/", after, StorageHub.LARGEST_PAGE);
      objects.addAll(page.objects());
      page.prefixes().stream().filter(prefix -> !prefixes.contains(prefix)).forEach(prefixes::add);
      after = page.next();
    } while (after.isPresent());
    return new Listing(objects, prefixes, Optional.empty());
  }
}
