package cloud.zansoc.compute.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.image.BaseImageRecipe;
import cloud.zansoc.net.http.Yaml;
import cloud.zansoc.net.http.YamlNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Something to deploy that comes with this program: how its image is made of Debian's packages, and
 * the file of its deployment, in which any image stands for that one.
 *
 * @param text as it is written
 */
public record Template(
    String name, String description, BaseImageRecipe recipe, YamlNode deployment, String text) {
  /** All that there are. */
  public static final List<String> NAMES = List.of("debian", "web", "notebook", "postgres", "dask");

  private static final List<String> FIELDS = List.of("description", "image", "deployment");
  private static final List<String> OF_IMAGE = List.of("suite", "packages", "setup");

  /**
   * One by its name.
   *
   * @throws ZansocException NOT_FOUND, which names those that there are
   */
  public static Template of(String name) {
    if (!NAMES.contains(name)) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND,
          "there is no template '%s': there are %s".formatted(name, String.join(", ", NAMES)));
    }
    return parse(name, read("template-" + name + ".yaml"));
  }

  private static String read(String resource) {
    try (InputStream in = Template.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing in this program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Template parse(String name, String text) {
    Fields fields = new Fields(Yaml.read(name, text), "a template", FIELDS);
    String description = fields.required("description", Function.identity());
    YamlNode deployment = required(fields, "deployment");
    Fields image = new Fields(required(fields, "image"), "an image", OF_IMAGE);
    String suite = image.required("suite", Function.identity());
    List<String> packages = new ArrayList<>(BaseImageRecipe.DEFAULT.packages());
    image
        .items("packages")
        .forEach(item -> packages.add(Fields.parse(item, "a package", Function.identity())));
    String setup = image.value("setup", Function.identity()).orElse("");
    BaseImageRecipe recipe =
        image.make(() ->
            new BaseImageRecipe(suite, packages, "zansoc/%s:%s".formatted(name, suite), setup));
    return new Template(name, description, recipe, deployment, text);
  }

  private static YamlNode required(Fields fields, String name) {
    return fields
        .node(name)
        .orElseThrow(() -> fields.at().refusal("a template needs the field '%s'".formatted(name)));
  }

  /**
   * What is deployed.
   *
   * @param as the name of the deployment, if not the template's
   * @param image that its instances are made of
   */
  public DeploymentSpec spec(SecretSource secrets, Optional<String> as, String image) {
    DeploymentSpec spec = DeploymentFile.of(deployment, secrets);
    return new DeploymentSpec(
        as.orElse(spec.name()),
        withImage(spec, image).services(),
        spec.privateNetwork(),
        spec.mostPerHour(),
        spec.duration());
  }

  /** The same with another image for all of its services. */
  public static DeploymentSpec withImage(DeploymentSpec spec, String image) {
    return spec.withServices(
        spec.services().stream().map(service -> service.withImage(image)).toList());
  }
}
