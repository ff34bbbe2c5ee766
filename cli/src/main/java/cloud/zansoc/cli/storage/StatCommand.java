package cloud.zansoc.cli.storage;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.codec.format.Manifest;
import cloud.zansoc.storage.api.ObjectHealth;
import cloud.zansoc.storage.api.VersionView;
import cloud.zansoc.storage.client.ObjectAddress;
import cloud.zansoc.storage.client.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows an object's attributes and how safe it is. */
@Command(name = "stat", description = "Show what is known of an object, and how safe it is.")
public final class StatCommand extends ClientCommand {
  @Parameters(paramLabel = "zs://BUCKET/KEY", description = "Which object.")
  private String address;

  @Option(names = "--version", paramLabel = "ID", description = "An earlier version.")
  private Optional<String> version = Optional.empty();

  /** What is printed as JSON; never a key. */
  record Shown(
      VersionView version,
      String contentType,
      Map<String, String> metadata,
      Instant modified,
      Optional<String> mode,
      List<ObjectHealth.SegmentHealth> segments) {}

  @Override
  protected void run(Session session, Output output) {
    ObjectAddress at = ObjectAddress.parse(address);
    StoredObject object = session.storage().open(at, version).object();
    ObjectHealth health =
        session.storageHub().health(at.bucket(), at.key(), Optional.of(id(object)));
    Manifest.Attributes attributes = object.manifest().attributes();
    Optional<String> mode =
        attributes.unixMode().isPresent()
            ? Optional.of(Integer.toOctalString(attributes.unixMode().getAsInt()))
            : Optional.empty();
    if (output.isJson()) {
      output.json(
          new Shown(
              object.version(),
              attributes.contentType().orElse(""),
              attributes.userMetadata(),
              attributes.modified(),
              mode,
              health.segments()));
      return;
    }
    output.line("object    " + Names.printable(at.toString()));
    output.line("version   " + id(object) + ", stored " + Times.text(object.version().modified()));
    output.line("size      " + object.size() + " bytes (" + new ByteSize(object.size()) + ")");
    output.line("type      " + attributes.contentType().orElse("unknown"));
    output.line("modified  " + Times.text(attributes.modified()));
    mode.ifPresent(bits -> output.line("mode      " + bits));
    attributes
        .userMetadata()
        .forEach((name, value) -> output.line("meta      " + name + " = " + value));
    output.line("root CID  " + object.version().root());
    output.line("safety    " + safety(health));
  }

  private static String id(StoredObject object) {
    return object.version().versionId();
  }

  private static String safety(ObjectHealth health) {
    return health.segments().stream()
        .min((one, other) ->
            Integer.compare(one.healthy() - one.needed(), other.healthy() - other.needed()))
        .map(worst ->
            "%d segments; the weakest has %d of %d hosts and needs %d"
                .formatted(
                    health.segments().size(), worst.healthy(), worst.total(), worst.needed()))
        .orElse("no blocks: the object is empty");
  }
}
