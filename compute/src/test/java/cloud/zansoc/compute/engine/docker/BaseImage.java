package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.image.BaseImageBuilder;
import cloud.zansoc.compute.image.BaseImageRecipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The image that tests run: Debian with what the suite's commands need, made once a machine. */
public final class BaseImage {
  /** Its name. */
  public static final String NAME = "zansoc/test:1";

  private static final BaseImageRecipe RECIPE =
      new BaseImageRecipe(
          "bookworm", List.of("iproute2", "netcat-openbsd", "procps", "socat"), NAME);

  private BaseImage() {}

  /** The archive; the test is skipped where it cannot be made. */
  public static Path archive() {
    return archive(RECIPE);
  }

  /** The same of another image. */
  public static synchronized Path archive(BaseImageRecipe recipe) {
    Path cache = Path.of(System.getProperty("java.io.tmpdir"), "zansoc-test-images");
    StringBuilder said = new StringBuilder();
    BaseImageBuilder builder =
        new BaseImageBuilder(cache, Clock.systemUTC(), line -> said.append(line).append('\n'));
    try {
      return builder.build(recipe, false);
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.UNSUPPORTED) {
        Assumptions.abort("skipped: " + e.getMessage());
      }
      throw new IllegalStateException(said.toString(), e);
    }
  }

  /** Loads it, if the engine does not have it. */
  public static void loadInto(Engine engine) {
    if (engine.hasImage(NAME)) {
      return;
    }
    try (InputStream archive = Files.newInputStream(archive())) {
      engine.loadImage(archive);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
