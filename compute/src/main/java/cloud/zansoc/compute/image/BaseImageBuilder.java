package cloud.zansoc.compute.image;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Makes images of Debian from its packages, by mmdebstrap and the package sources of this machine:
 * no registry is needed. What was made is kept in a folder, by its recipe.
 */
public final class BaseImageBuilder {
  private final Path cache;
  private final Clock clock;
  private final Consumer<String> progress;

  /**
   * A builder.
   *
   * @param cache made if it is not there
   * @param progress told each line that mmdebstrap writes
   */
  public BaseImageBuilder(Path cache, Clock clock, Consumer<String> progress) {
    this.cache = cache;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * The archive of the image, as {@code docker save} would write it: the kept one, or a new one.
   *
   * @param refresh whether to make a new one in any case, with today's packages
   * @throws ZansocException UNSUPPORTED where mmdebstrap is missing, INVALID_ARGUMENT where it
   *     fails
   */
  public Path build(BaseImageRecipe recipe, boolean refresh) {
    Path archive = cache.resolve(recipe.digest() + ".tar");
    if (!refresh && Files.exists(archive)) {
      return archive;
    }
    try {
      Files.createDirectories(cache);
      Path work = Files.createTempDirectory(cache, "building");
      Path files = work.resolve("files.tar");
      Path made = work.resolve("image.tar");
      try {
        bootstrap(recipe, files);
        ImageArchive.write(made, files, recipe.name(), clock.instant());
        Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
        return archive;
      } finally {
        Files.deleteIfExists(files);
        Files.deleteIfExists(made);
        Files.delete(work);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("making image " + recipe.name() + " in " + cache, e);
    }
  }

  private void bootstrap(BaseImageRecipe recipe, Path files) throws IOException {
    // As text: where mmdebstrap runs in a user namespace, it reads no file of ours.
    byte[] setup = (BaseImageRecipe.FINISH + recipe.setup()).getBytes(StandardCharsets.UTF_8);
    List<String> command =
        List.of(
            "mmdebstrap",
            "--variant=minbase",
            "--include=" + String.join(",", recipe.packages()),
            "--customize-hook=echo %s | base64 -d | chroot \"$1\" /bin/sh -eu"
                .formatted(Base64.getEncoder().encodeToString(setup)),
            recipe.suite(),
            files.toString());
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "mmdebstrap is not here, which makes base images: run 'apt-get install mmdebstrap'",
          e);
    }
    try {
      process.getOutputStream().close();
      StringBuilder complaints = new StringBuilder();
      process.inputReader().lines().forEach(line -> listen(line, complaints));
      int status = process.waitFor();
      if (status != 0) {
        boolean away = complaints.indexOf("Failed to fetch") >= 0;
        throw new ZansocException(
            away ? ErrorCode.UNREACHABLE : ErrorCode.INVALID_ARGUMENT,
            "mmdebstrap could not make %s of %s with %s%s: %s"
                .formatted(
                    recipe.name(),
                    recipe.suite(),
                    recipe.packages(),
                    away ? "; the machine's package sources cannot be reached" : "",
                    complaints));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.TIMED_OUT, "making an image was interrupted", e);
    } finally {
      process.destroy();
    }
  }

  private void listen(String line, StringBuilder complaints) {
    progress.accept(line);
    String start = line.toLowerCase(Locale.ROOT);
    if (start.startsWith("e:") || start.startsWith("w:")) {
      complaints.append(complaints.isEmpty() ? "" : "; ").append(line);
    }
  }
}
