package cloud.zansoc.host.images;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.host.ImageKeeper;
import cloud.zansoc.compute.image.ImageRecord;
import cloud.zansoc.compute.image.ImageReference;
import cloud.zansoc.compute.image.LayerFile;
import cloud.zansoc.compute.image.LoadableImage;
import cloud.zansoc.compute.image.OciDigest;
import cloud.zansoc.compute.image.OciManifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The images of a host's instances: those in Zansoc storage are fetched and checked by their
 * digests, once for all instances that are made of one, and given to the engine; others the engine
 * pulls. What is kept of them stays below a bound, unless it is in use. Thread-safe.
 *
 * <p>An image is known to the engine by a name that follows from its key: nobody runs another's
 * image because it happens to be here.
 */
public final class HostImages implements ImageKeeper, AutoCloseable {
  private static final String REPOSITORY = "zansoc/stored";
  private static final long PROGRESS_BYTES = 8 << 20;

  private static final Bounds NONE = new Bounds(new ByteSize(0), new ByteSize(0));

  private final ImageFolder folder;
  private final Engine engine;
  private final ImageStorage storage;
  private final Room room;
  private final InstantSource clock;
  private final SingleFlight flights = new SingleFlight();

  /**
   * How much images may take.
   *
   * @param most fetched and unpacked
   * @param reserve what stays free on the folder's disk
   */
  public record Bounds(ByteSize most, ByteSize reserve) {}

  /**
   * Opens what is kept in a folder.
   *
   * @param storage closed with this
   */
  public HostImages(
      Path folder, Engine engine, ImageStorage storage, Bounds bounds, InstantSource clock) {
    this.folder = new ImageFolder(folder);
    this.engine = engine;
    this.storage = storage;
    this.room = new Room(this.folder, engine, bounds);
    this.clock = clock;
  }

  /** By what the engine knows an image of ours. */
  static String local(String tag) {
    return REPOSITORY + ":" + tag;
  }

  private static String tag(ImageReference image) {
    return OciDigest.hex(Digest.sha256(image.secretText().getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public boolean takesStored() {
    return true;
  }

  @Override
  public String fetch(String image, Consumer<String> progress) {
    if (!ImageReference.isStored(image)) {
      return pulled(image, progress);
    }
    ImageReference reference = ImageReference.parse(image);
    if (reference.access().isEmpty()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "image %s was ordered without its key: 'zansoc deploy' adds it".formatted(reference));
    }
    String tag = tag(reference);
    room.pin(tag);
    try {
      flights.run("image " + tag, () -> load(reference, tag, progress));
      room.fetched(tag);
      return local(tag);
    } finally {
      room.unpin(tag);
    }
  }

  /** From a registry, by a name: by its id alone, one could be had that is another's. */
  private String pulled(String image, Consumer<String> progress) {
    String named = image.indexOf(':', image.lastIndexOf('/') + 1) > 0 ? image : image + ":latest";
    named = image.contains("@") ? image : named;
    if (named.startsWith("sha256:") || named.contains(REPOSITORY + ":")) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "'%s' is no name of an image: write REPOSITORY:TAG, or zs://images/NAME for one in storage"
              .formatted(image));
    }
    if (!engine.hasImage(named)) {
      progress.accept("its image is fetched");
      engine.pullImage(named, progress);
    }
    return named;
  }

  private void load(ImageReference image, String tag, Consumer<String> progress) {
    if (folder.isLoaded(tag) && engine.hasImage(local(tag))) {
      folder.usedImage(tag, clock.instant());
      return;
    }
    folder.removeNote(tag);
    progress.accept("its image is fetched");
    ImageRecord record = record(image);
    Parts parts = parts(record);
    parts.all().forEach(part -> room.pin(part.name()));
    try {
      fetch(image, record, parts, progress);
      give(image, tag, record.oci(), parts);
    } catch (IOException e) {
      throw new UncheckedIOException("fetching image " + image, e);
    } catch (ZansocException e) {
      throw gone(image, e);
    } finally {
      parts.all().forEach(part -> room.unpin(part.name()));
    }
  }

  /** An object that is not there any more is an image that its owner has removed. */
  private static ZansocException gone(ImageReference image, ZansocException failure) {
    return switch (failure.code()) {
      case GONE, NOT_FOUND ->
          new ZansocException(
              failure.code(),
              "image %s is not in storage any more: push it again, and deploy what it gives"
                  .formatted(image),
              failure);
      default -> failure;
    };
  }

  /** A blob, and where it is or is to be. */
  private record Part(OciManifest.Blob blob, Path file) {
    String name() {
      return String.valueOf(file.getFileName());
    }
  }

  private record Parts(Part configuration, List<Part> layers) {
    /** Each once: an image may have a layer twice. */
    List<Part> all() {
      return Stream.concat(Stream.of(configuration), layers.stream()).distinct().toList();
    }
  }

  private Parts parts(ImageRecord record) {
    OciManifest manifest = record.oci();
    return new Parts(
        part(record, manifest.config()),
        manifest.layers().stream().map(layer -> part(record, layer)).toList());
  }

  private Part part(ImageRecord record, OciManifest.Blob blob) {
    return new Part(blob, folder.blob(blob.digest(), record.access(blob.digest())));
  }

  private ImageRecord record(ImageReference image) {
    byte[] stored;
    try {
      stored = storage.read(image.access().orElseThrow(), ImageRecord.MOST_BYTES);
    } catch (ZansocException e) {
      throw gone(image, e);
    }
    ImageRecord record = ImageRecord.decode(stored);
    if (!record.digest().equals(image.digest().orElseThrow())) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "image %s is refused: what is stored under its name is %s; push it again"
              .formatted(image, OciDigest.text(record.digest())));
    }
    return record;
  }

  private void fetch(
      ImageReference image, ImageRecord record, Parts parts, Consumer<String> progress) {
    long missing =
        parts.all().stream()
            .filter(part -> !Files.exists(part.file()))
            .mapToLong(part -> part.blob().size())
            .sum();
    room.require(image.toString(), missing, missing);
    Percentage percentage = new Percentage(missing, progress);
    for (Part part : parts.all()) {
      flights.run(
          "blob " + part.name(),
          () -> {
            OciManifest.Blob blob = part.blob();
            if (!Files.exists(part.file())) {
              storage.fetch(
                  record.access(blob.digest()), blob.size(), part.file(), percentage::moved);
            }
            ImageFolder.used(part.file(), clock.instant());
          });
    }
  }

  /** Says how much of an image is here. */
  private static final class Percentage {
    private final long total;
    private final Consumer<String> progress;
    private final AtomicLong moved = new AtomicLong();

    Percentage(long total, Consumer<String> progress) {
      this.total = total;
      this.progress = progress;
    }

    void moved(long bytes) {
      long now = moved.addAndGet(bytes);
      if (now / PROGRESS_BYTES != (now - bytes) / PROGRESS_BYTES) {
        progress.accept("its image is fetched: %d %%".formatted(now * 100 / Math.max(1, total)));
      }
    }
  }

  private void give(ImageReference image, String tag, OciManifest manifest, Parts parts)
      throws IOException {
    byte[] configuration = configuration(parts.configuration());
    long unpacked = verify(parts.layers(), manifest.contents(configuration));
    room.require(image.toString(), unpacked, 0);
    folder.note(tag, new ImageFolder.Note(image.toString(), unpacked));
    List<Path> layers = parts.layers().stream().map(Part::file).toList();
    try {
      give(configuration, layers, tag);
    } catch (ZansocException e) {
      if (e.code() != ErrorCode.NO_SPACE) {
        throw e;
      }
      room.clear();
      give(configuration, layers, tag);
    }
    folder.usedImage(tag, clock.instant());
  }

  private void give(byte[] configuration, List<Path> layers, String tag) throws IOException {
    try (InputStream archive = LoadableImage.open(configuration, layers, local(tag))) {
      List<String> names = engine.loadImage(archive);
      if (!engine.hasImage(local(tag))) {
        throw new ZansocException(
            ErrorCode.INTERNAL, "the engine took the image as %s".formatted(names));
      }
    }
  }

  private byte[] configuration(Part part) throws IOException {
    byte[] bytes = Files.readAllBytes(part.file());
    if (!Digest.sha256(bytes).equals(part.blob().digest())) {
      folder.removeBlob(part.name());
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "the image's configuration is refused: what is stored has another digest than %s; push the image again"
              .formatted(OciDigest.text(part.blob().digest())));
    }
    return bytes;
  }

  /**
   * Whatever is on the disk is checked before each use; what is wrong is fetched anew next time.
   */
  private long verify(List<Part> layers, List<Digest> contents) throws IOException {
    long unpacked = 0;
    for (int i = 0; i < contents.size(); i++) {
      Part layer = layers.get(i);
      try {
        unpacked +=
            LayerFile.verify(layer.file(), layer.blob(), contents.get(i), room.most() - unpacked);
      } catch (ZansocException e) {
        folder.removeBlob(layer.name());
        throw e;
      }
    }
    return unpacked;
  }

  @Override
  public void keep(Set<String> used) {
    room.use(
        used.stream()
            .filter(ImageReference::isStored)
            .map(text -> tag(ImageReference.parse(text)))
            .collect(Collectors.toSet()));
    folder.removeAbandoned(clock.instant());
    var _ = room.make(0, 0); // What is in use may be more.
  }

  /** Takes every image of ours out of the engine, unless another host's instance is made of it. */
  public static void removeAll(Path folder, Engine engine) {
    if (Files.isDirectory(folder)) {
      new Room(new ImageFolder(folder), engine, NONE).clear();
    }
  }

  @Override
  public void close() {
    storage.close();
  }
}
