package cloud.zansoc.cli.image;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.image.ImageReference;
import cloud.zansoc.compute.image.PackedImage;
import cloud.zansoc.storage.client.ObjectAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "push",
    description = {
      "Put an image into storage, from which hosts fetch it: no registry is needed.",
      "Its layers are stored by their digests, encrypted; what is there is not sent again, and the"
          + " same command goes on after an interruption. It prints what 'zansoc deploy --image'"
          + " takes."
    })
final class ImagePushCommand extends ClientCommand {
  @Parameters(
      index = "0",
      paramLabel = "NAME|FILE",
      description =
          "An image of this machine's Docker or Podman, or an archive: of 'docker save', 'podman"
              + " save', or an OCI layout.")
  private String source;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "zs://BUCKET/NAME",
      description = "Where it is put (default: zs://images/ and its name).")
  private Optional<String> target = Optional.empty();

  @Option(
      names = "--source-name",
      paramLabel = "NAME",
      description = "Which image, where an archive holds several.")
  private Optional<String> name = Optional.empty();

  @Mixin private EngineOption engine;

  @Override
  protected void run(Session session, Output output) {
    ImagePush push = new ImagePush(session, output);
    Path file = Path.of(source);
    if (Files.exists(file)) {
      report(push.push(file, name, this::target), output);
      return;
    }
    Path saved = save(session.profile(), output);
    try {
      report(push.push(saved, Optional.of(source), this::target), output);
    } finally {
      ImagePush.delete(saved);
    }
  }

  private static void report(ImagePush.Pushed pushed, Output output) {
    output.note(pushed.text() + ".");
    output.result(pushed, pushed.image());
  }

  private Path save(Profile profile, Output output) {
    Path folder = profile.folder().resolve("images");
    try (Engine has = engine.connect(profile)) {
      if (!has.hasImage(source)) {
        throw new ZansocException(
            ErrorCode.NOT_FOUND,
            "there is neither a file '%s' nor an image of this name in %s: 'zansoc image build-base' makes one there"
                .formatted(source, has));
      }
      output.note("reading %s from %s".formatted(source, has));
      Files.createDirectories(folder);
      Path saved = Files.createTempFile(folder, "saved", ".tar");
      try (InputStream archive = has.saveImage(source)) {
        Files.copy(archive, saved, StandardCopyOption.REPLACE_EXISTING);
        return saved;
      } catch (IOException | RuntimeException e) {
        ImagePush.delete(saved);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("saving image " + source + " into " + folder, e);
    }
  }

  private ImageReference target(PackedImage image) {
    if (target.isPresent() && !ObjectAddress.parse(target.get()).key().isEmpty()) {
      ImageReference given = ImageReference.parse(target.get());
      if (given.digest().isPresent()) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "the digest follows from the image: leave it out of " + target.get());
      }
      return given;
    }
    String bucket =
        target
            .map(text -> ObjectAddress.parse(text).bucket())
            .orElse(ImageReference.DEFAULT_BUCKET);
    String itsName =
        image
            .name()
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s does not say what its image is called: say where to put it, such as zs://images/web"
                        .formatted(source)));
    return new ImageReference(bucket, itsName, Optional.empty(), Optional.empty());
  }
}
