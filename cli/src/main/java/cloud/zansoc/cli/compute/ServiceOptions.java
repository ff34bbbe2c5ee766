package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.HealthCheck;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.PortSpec;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.api.VolumeMount;
import cloud.zansoc.compute.client.DeploymentFile;
import cloud.zansoc.compute.client.SecretSource;
import cloud.zansoc.compute.client.SpecTexts;
import cloud.zansoc.compute.client.Template;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to deploy: a file, or one service by options with the names of the file's fields. */
final class ServiceOptions {
  private static final String NO_FILE =
      "name a file, or say what to run: zansoc deploy --name web --image debian:12";

  private static final String OF_A_FILE =
      "with a file its fields say everything: write there what the options say";

  @Option(names = "--image", description = "The image to run, instead of a file.")
  private Optional<String> image = Optional.empty();

  @Option(
      names = "--template",
      paramLabel = "TEMPLATE",
      description =
          "What comes with this program, as 'zansoc template ls' shows it; with --name, under"
              + " another name. Its image is made of Debian's packages here, and put into storage.")
  private Optional<String> template = Optional.empty();

  @Option(names = "--name", description = "The name of the deployment and its service.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--cpu", description = "Threads, such as 0.5 (default: 1).")
  private Optional<String> cpu = Optional.empty();

  @Option(names = "--memory", paramLabel = "SIZE", description = "Such as 512MiB (default: 1GiB).")
  private Optional<String> memory = Optional.empty();

  @Option(
      names = "--disk",
      paramLabel = "SIZE",
      description = "Of the root file system (default: 10GiB).")
  private Optional<ByteSize> disk = Optional.empty();

  @Option(names = "--gpu", description = "Graphics cards (default: 0).")
  private Optional<String> gpu = Optional.empty();

  @Option(names = "--replicas", description = "How many instances (default: 1).")
  private Optional<String> replicas = Optional.empty();

  @Option(
      names = "--spread",
      description = "What no two of them share: none, hosts, networks or regions (default: none).")
  private Optional<String> spread = Optional.empty();

  @Option(names = "--env", paramLabel = "NAME=VALUE", description = "Of the environment.")
  private List<String> environment = new ArrayList<>();

  @Option(
      names = "--secret",
      paramLabel = "NAME[=@FILE]",
      description =
          "The same from a file or from this command's environment, and never shown again.")
  private List<String> secrets = new ArrayList<>();

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "That hosts must have, such as region=in.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--volume",
      paramLabel = "NAME:PATH[:SIZE[:TIME]]",
      description = "Kept when an instance moves; snapshotted every TIME (default: 10GiB, 1m).")
  private List<String> volumes = new ArrayList<>();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Published by the hub: 80/http, 5432/tcp or 5432/tcp:15432.")
  private List<String> ports = new ArrayList<>();

  @Option(
      names = "--restart",
      description = "When the command has ended: always, on-failure, never (default: always).")
  private Optional<String> restart = Optional.empty();

  @Option(
      names = "--health",
      paramLabel = "CHECK",
      description = "http:[PORT]/PATH, tcp:PORT or command:TEXT.")
  private Optional<String> health = Optional.empty();

  @Option(
      names = "--private-network",
      description = "Instances reach each other by name, over hosts and home routers.")
  private boolean privateNetwork;

  @Option(
      names = "--max-price-per-hour",
      paramLabel = "USD",
      description = "For all instances together.")
  private Optional<Money> most = Optional.empty();

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "How long, such as 24h or 30d (default: until it is removed).")
  private Optional<Duration> duration = Optional.empty();

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE | -- COMMAND",
      description = "The deployment's file; or, with --image, a command instead of the image's.")
  private List<String> words = new ArrayList<>();

  /**
   * What is to be deployed.
   *
   * @param variables of this program's environment, for secrets
   */
  DeploymentSpec spec(Map<String, String> variables) {
    if (template.isPresent()) {
      if (image.isPresent() || !words.isEmpty() || hasOthers()) {
        throw refused(
            "a template says everything but --name: 'zansoc template show %s' shows what, to be written into a file and changed"
                .formatted(template.get()));
      }
      Template chosen = Template.of(template.get());
      return chosen.spec(new SecretSource(variables, Path.of("")), name, chosen.recipe().name());
    }
    if (image.isEmpty()) {
      return DeploymentFile.read(Path.of(file()), variables);
    }
    if (name.isEmpty() && words.size() == 1 && words.getFirst().matches(".*\\.ya?ml")) {
      throw refused(OF_A_FILE);
    }
    ServiceSpec service = service(variables);
    return new DeploymentSpec(service.name(), List.of(service), privateNetwork, most, duration);
  }

  /** The template, if it is one. */
  Optional<Template> template() {
    return template.map(Template::of);
  }

  private boolean hasOthers() {
    return cpu.or(() -> memory)
            .or(() -> gpu)
            .or(() -> replicas)
            .or(() -> spread)
            .or(() -> restart)
            .or(() -> health)
            .isPresent()
        || disk.isPresent()
        || most.isPresent()
        || duration.isPresent()
        || privateNetwork
        || !(environment.isEmpty()
            && secrets.isEmpty()
            && labels.isEmpty()
            && volumes.isEmpty()
            && ports.isEmpty());
  }

  private String file() {
    if (words.size() != 1) {
      throw refused(NO_FILE);
    }
    if (name.isPresent() || hasOthers()) {
      throw refused(OF_A_FILE);
    }
    return words.getFirst();
  }

  private ServiceSpec service(Map<String, String> variables) {
    String service = name.orElseThrow(() -> refused("give the deployment a name: --name web"));
    List<PortSpec> published = each("--port", ports, SpecTexts::port);
    List<VolumeMount> mounts = each("--volume", volumes, SpecTexts::volume);
    InstanceSize size =
        new InstanceSize(
            one("--cpu", cpu, SpecTexts::milliVcpus).orElse(SpecTexts.MILLI_VCPUS),
            one("--memory", memory, SpecTexts::memory).orElse(SpecTexts.MEMORY),
            disk.orElse(SpecTexts.DISK),
            one("--gpu", gpu, SpecTexts::count).orElse(0));
    return new ServiceSpec(
        service,
        image.orElseThrow(),
        words,
        pairs("--env", environment),
        secrets(new SecretSource(variables, Path.of(""))),
        size,
        one("--replicas", replicas, SpecTexts::replicas).orElse(1),
        one("--spread", spread, SpecTexts::spread).orElse(ServiceSpec.Spread.NONE),
        pairs("--label", labels),
        mounts,
        published,
        one("--restart", restart, SpecTexts::restart).orElse(RestartPolicy.ALWAYS),
        health.map(text -> check(text, published)));
  }

  private static HealthCheck check(String text, List<PortSpec> published) {
    return read("--health", text, each -> SpecTexts.health(each, published));
  }

  private Map<String, String> secrets(SecretSource source) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String secret : secrets) {
      int equals = secret.indexOf('=');
      String key = equals < 0 ? secret : secret.substring(0, equals);
      if (equals >= 0 && !secret.startsWith("@", equals + 1)) {
        throw refused(
            "--secret %s: a value would be seen by everybody on this machine; write %s=@FILE, or %s alone for the environment's"
                .formatted(key, key, key));
      }
      values.put(
          key, equals < 0 ? source.variable(key) : source.file(secret.substring(equals + 2)));
    }
    return values;
  }

  private static Map<String, String> pairs(String option, List<String> texts) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw refused("%s %s: write NAME=VALUE".formatted(option, text));
      }
      pairs.put(text.substring(0, equals), text.substring(equals + 1));
    }
    return pairs;
  }

  private static <T> List<T> each(String option, List<String> texts, Function<String, T> parse) {
    return texts.stream().map(text -> read(option, text, parse)).toList();
  }

  private static <T> Optional<T> one(
      String option, Optional<String> text, Function<String, T> parse) {
    return text.map(given -> read(option, given, parse));
  }

  private static <T> T read(String option, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException | ZansocException e) {
      throw refused(option + ": " + e.getMessage());
    }
  }

  private static ZansocException refused(String message) {
    return new ZansocException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
