package cloud.zansoc.cli.image;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.cli.storage.ProgressBar;
import cloud.zansoc.compute.image.ImagePacker;
import cloud.zansoc.compute.image.ImageReference;
import cloud.zansoc.compute.image.PackedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** Puts an image out of an archive into storage. */
public final class ImagePush {
  private final Session session;
  private final Output output;

  public ImagePush(Session session, Output output) {
    this.session = session;
    this.output = output;
  }

  /**
   * What was done.
   *
   * @param image what deployments name it by
   * @param bytes of all its blobs
   * @param sentBytes of those that were not there yet
   */
  public record Pushed(String image, long bytes, long sentBytes) {
    String text() {
      return "%s of %s were not in storage yet"
          .formatted(new ByteSize(sentBytes), new ByteSize(bytes));
    }
  }

  /**
   * Packs and stores an image. The same again, after an interruption, goes on where it stopped.
   *
   * @param name which image of the archive
   * @param target where it is put, by what the archive calls it
   */
  public Pushed push(
      Path archive, Optional<String> name, Function<PackedImage, ImageReference> target) {
    Path folder = session.profile().folder().resolve("images").resolve("packed");
    PackedImage image = new ImagePacker(folder, output::note).pack(archive, name);
    ImageReference wanted = target.apply(image);
    StoredImages images = new StoredImages(session.storage());
    images.requireBucket(wanted.bucket());
    Set<Digest> missing = images.missing(wanted.bucket(), image);
    long bytes =
        image.blobs().stream()
            .filter(blob -> missing.contains(blob.digest()))
            .mapToLong(PackedImage.Part::bytes)
            .sum();
    ImageReference stored;
    try (ProgressBar bar = new ProgressBar(output, OptionalLong.of(bytes))) {
      stored = images.push(image, wanted, missing, bar);
    }
    image.blobs().forEach(blob -> delete(blob.file()));
    return new Pushed(stored.toString(), image.bytes(), bytes);
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("removing " + file, e);
    }
  }
}
