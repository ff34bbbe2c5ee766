package cloud.zansoc.cli.image;

import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Output;
import cloud.zansoc.compute.client.Template;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.image.BaseImageBuilder;
import cloud.zansoc.compute.image.BaseImageRecipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "build-base",
    description = {
      "Make a Debian image from packages, without a registry, and load it into Docker or Podman.",
      "Takes mmdebstrap, and the package sources of this machine. What was made is kept in the"
          + " profile's folder, and used again."
    })
final class ImageBuildBaseCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Option(
      names = "--suite",
      description = "The release of Debian (default: bookworm).",
      defaultValue = "bookworm")
  private String suite;

  @Option(
      names = "--include",
      paramLabel = "PACKAGE",
      split = ",",
      description = "Packages beyond those of every base image; several, or separated by commas.")
  private List<String> include = List.of();

  @Option(
      names = "--name",
      description = "The image's name and tag (default: zansoc/debian:SUITE).")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--template",
      paramLabel = "TEMPLATE",
      description = "The image of a template, as 'zansoc template ls' shows it, instead.")
  private Optional<String> template = Optional.empty();

  @Option(
      names = "--refresh",
      description = "Make it anew with today's packages, even if it is kept.")
  private boolean refresh;

  @Mixin private EngineOption engine;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write the archive there instead, for 'docker load' elsewhere.")
  private Optional<Path> file = Optional.empty();

  @Override
  public Integer call() {
    BaseImageRecipe recipe =
        template.map(name -> Template.of(name).recipe()).orElseGet(this::recipe);
    Output output = options.output();
    if (file.isPresent()) {
      return made(output, recipe, copy(build(recipe, output), file.get()));
    }
    // An engine that is not there is told before the long part.
    try (Engine target = engine.connect(options.profile())) {
      return made(output, recipe, load(build(recipe, output), target));
    }
  }

  private BaseImageRecipe recipe() {
    List<String> packages = new ArrayList<>(BaseImageRecipe.DEFAULT.packages());
    packages.addAll(include);
    return new BaseImageRecipe(suite, packages, name.orElse("zansoc/debian:" + suite));
  }

  private Path build(BaseImageRecipe recipe, Output output) {
    Path kept = options.profile().folder().resolve("images");
    return new BaseImageBuilder(kept, Clock.systemUTC(), output::note).build(recipe, refresh);
  }

  private static int made(Output output, BaseImageRecipe recipe, String where) {
    output.result(
        Map.of("image", recipe.name(), "where", where),
        "Made " + recipe.name() + ", now in " + where + ".");
    return 0;
  }

  private static String copy(Path archive, Path target) {
    try {
      Files.copy(archive, target, StandardCopyOption.REPLACE_EXISTING);
      return target.toString();
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + target, e);
    }
  }

  private static String load(Path archive, Engine target) {
    try (InputStream in = Files.newInputStream(archive)) {
      target.loadImage(in);
      return target.toString();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + archive, e);
    }
  }
}
