package cloud.zansoc.cli.image;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.cli.storage.Times;
import cloud.zansoc.compute.image.ImageReference;
import cloud.zansoc.storage.client.ObjectAddress;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "ls", description = "List your images in storage.")
final class ImageListCommand extends ClientCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "zs://BUCKET/PREFIX",
      description = "Where, and how their names begin (default: zs://images/).")
  private Optional<String> address = Optional.empty();

  @Override
  protected void run(Session session, Output output) {
    ObjectAddress at =
        address
            .map(ObjectAddress::parse)
            .orElseGet(() -> new ObjectAddress(ImageReference.DEFAULT_BUCKET, ""));
    List<StoredImages.View> images = images(session, at);
    if (output.isJson()) {
      output.json(images);
      return;
    }
    output.table(
        List.of(">SIZE", "STORED", "IMAGE"),
        images.stream()
            .map(image ->
                List.of(
                    new ByteSize(image.bytes()).toString(),
                    Times.text(image.stored()),
                    image.image()))
            .toList());
  }

  /** Nobody makes the usual bucket but the first push. */
  private List<StoredImages.View> images(Session session, ObjectAddress at) {
    try {
      return new StoredImages(session.storage()).list(at.bucket(), at.key());
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.NOT_FOUND && address.isEmpty()) {
        return List.of();
      }
      throw e;
    }
  }
}
