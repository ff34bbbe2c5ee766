package cloud.zansoc.compute.client;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.DnsLabel;
import cloud.zansoc.base.Durations;
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
import cloud.zansoc.net.http.Yaml;
import cloud.zansoc.net.http.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the file that describes a deployment: docs/reference/deployment.md. Whatever is wrong is
 * refused with INVALID_ARGUMENT, and named with file, line, column and field.
 */
public final class DeploymentFile {
  private static final List<String> OF_SERVICE =
      List.of(
          "image",
          "command",
          "env",
          "secrets",
          "cpu",
          "memory",
          "disk",
          "gpu",
          "replicas",
          "spread",
          "labels",
          "volumes",
          "ports",
          "restart",
          "health");
  private static final List<String> OF_DEPLOYMENT =
      List.of("name", "services", "private-network", "max-price-per-hour", "duration");
  private static final List<String> OF_VOLUME = List.of("name", "path", "size", "snapshot-every");
  private static final List<String> OF_SECRET = List.of("env", "file");
  private static final List<String> OF_HEALTH =
      List.of("http", "tcp", "command", "port", "interval", "timeout", "failures");

  private final SecretSource secrets;

  private DeploymentFile(SecretSource secrets) {
    this.secrets = secrets;
  }

  /**
   * Reads a file; relative paths of secrets begin at its folder.
   *
   * @param environment for secrets
   */
  public static DeploymentSpec read(Path file, Map<String, String> environment) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    try {
      if (Files.size(file) > Yaml.MAX_CHARACTERS) {
        throw new ZansocException(
            ErrorCode.TOO_LARGE,
            "%s has more than %s".formatted(file, new ByteSize(Yaml.MAX_CHARACTERS)));
      }
      return parse(file.toString(), Files.readString(file), new SecretSource(environment, folder));
    } catch (IOException e) {
      throw SecretSource.unreadable(file, e);
    }
  }

  /**
   * Reads a text.
   *
   * @param source what people call it
   */
  public static DeploymentSpec parse(String source, String text, SecretSource secrets) {
    return of(Yaml.read(source, text), secrets);
  }

  /** Reads a part of a text. */
  static DeploymentSpec of(YamlNode root, SecretSource secrets) {
    return new DeploymentFile(secrets).deployment(root);
  }

  private DeploymentSpec deployment(YamlNode root) {
    List<String> known = new ArrayList<>(OF_DEPLOYMENT);
    known.addAll(OF_SERVICE);
    Fields fields = new Fields(root, "a deployment", known);
    String name = fields.required("name", text -> DnsLabel.check("a deployment", text));
    List<ServiceSpec> services = new ArrayList<>();
    if (fields.has("services")) {
      refuseBoth(fields);
      for (YamlNode.Field service : fields.entries("services")) {
        services.add(service(service.name(), new Fields(service.value(), "a service", OF_SERVICE)));
      }
    } else {
      services.add(service(name, fields));
    }
    boolean privateNetwork = fields.value("private-network", DeploymentFile::truth).orElse(false);
    Optional<Money> most = fields.value("max-price-per-hour", Money::parseUsd);
    Optional<Duration> duration = fields.value("duration", Durations::parse);
    return fields.make(() -> new DeploymentSpec(name, services, privateNetwork, most, duration));
  }

  private static void refuseBoth(Fields fields) {
    for (String name : OF_SERVICE) {
      Optional<YamlNode> both = fields.node(name);
      if (both.isPresent()) {
        throw both.get()
            .at()
            .refusal("'%s' belongs to a service: write it under 'services'".formatted(name));
      }
    }
  }

  private ServiceSpec service(String name, Fields fields) {
    String image = fields.required("image", Function.identity());
    List<String> command = command(fields);
    Map<String, String> environment = fields.texts("env");
    Map<String, String> secret = secrets(fields);
    InstanceSize size = size(fields);
    int replicas = fields.value("replicas", SpecTexts::replicas).orElse(1);
    ServiceSpec.Spread spread =
        fields.value("spread", SpecTexts::spread).orElse(ServiceSpec.Spread.NONE);
    Map<String, String> labels = fields.texts("labels");
    List<VolumeMount> volumes =
        fields.items("volumes").stream().map(DeploymentFile::volume).toList();
    List<PortSpec> ports =
        fields.items("ports").stream()
            .map(port -> Fields.parse(port, "'ports'", SpecTexts::port))
            .toList();
    RestartPolicy restart =
        fields.value("restart", SpecTexts::restart).orElse(RestartPolicy.ALWAYS);
    Optional<HealthCheck> health = fields.node("health").map(node -> health(node, ports));
    return fields.make(() ->
        new ServiceSpec(
            name,
            image,
            command,
            environment,
            secret,
            size,
            replicas,
            spread,
            labels,
            volumes,
            ports,
            restart,
            health));
  }

  private static InstanceSize size(Fields fields) {
    int cpu = fields.value("cpu", SpecTexts::milliVcpus).orElse(SpecTexts.MILLI_VCPUS);
    ByteSize memory = fields.value("memory", SpecTexts::memory).orElse(SpecTexts.MEMORY);
    ByteSize disk = fields.value("disk", ByteSize::parse).orElse(SpecTexts.DISK);
    int gpus = fields.value("gpu", SpecTexts::count).orElse(0);
    return fields.make(() -> new InstanceSize(cpu, memory, disk, gpus));
  }

  /** A list is the command with its arguments, a text is for the image's shell. */
  private static List<String> command(Fields fields) {
    Optional<YamlNode> node = fields.node("command");
    if (node.isPresent()
        && node.get() instanceof YamlNode.Scalar(YamlNode.Position _, String text)) {
      return SpecTexts.shell(text);
    }
    return fields.items("command").stream()
        .map(word -> Fields.parse(word, "'command'", Function.identity()))
        .toList();
  }

  private Map<String, String> secrets(Fields fields) {
    Map<String, String> values = new LinkedHashMap<>();
    for (YamlNode.Field entry : fields.entries("secrets")) {
      values.put(entry.name(), secret(entry));
    }
    return values;
  }

  private String secret(YamlNode.Field entry) {
    String what = "secret " + entry.name();
    if (!(entry.value() instanceof YamlNode.Mapping)) {
      return Fields.parse(entry.value(), what, Function.identity());
    }
    Fields from = new Fields(entry.value(), what, OF_SECRET);
    Optional<String> variable = from.value("env", secrets::variable);
    Optional<String> file = from.value("file", secrets::file);
    if (variable.isPresent() == file.isPresent()) {
      throw entry.value().at().refusal(what + " comes from either 'env' or 'file'");
    }
    return variable.or(() -> file).orElseThrow();
  }

  private static VolumeMount volume(YamlNode node) {
    Fields fields = new Fields(node, "a volume", OF_VOLUME);
    String name = fields.required("name", text -> DnsLabel.check("a volume", text));
    String path = fields.required("path", Function.identity());
    ByteSize size = fields.value("size", ByteSize::parse).orElse(SpecTexts.VOLUME);
    Duration every =
        fields.value("snapshot-every", Durations::parse).orElse(SpecTexts.SNAPSHOT_EVERY);
    return fields.make(() -> new VolumeMount(name, path, size, every));
  }

  private static HealthCheck health(YamlNode node, List<PortSpec> ports) {
    Fields fields = new Fields(node, "a health check", OF_HEALTH);
    List<String> kinds = OF_HEALTH.subList(0, 3).stream().filter(fields::has).toList();
    if (kinds.size() != 1) {
      throw fields
          .at()
          .refusal("a health check has one of 'http: /PATH', 'tcp: PORT' and 'command: [...]'");
    }
    HealthCheck.Kind kind = SpecTexts.choice("kind", HealthCheck.Kind.class, kinds.getFirst());
    int port =
        switch (kind) {
          case HTTP ->
              fields
                  .value("port", SpecTexts::count)
                  .or(() -> ports.stream().map(PortSpec::port).findFirst())
                  .orElseThrow(() -> fields.at().refusal("a health check by http needs a 'port'"));
          case TCP -> fields.required("tcp", SpecTexts::count);
          case COMMAND -> 0;
        };
    String path = fields.value("http", Function.identity()).orElse("");
    List<String> command = command(fields);
    Duration interval =
        fields.value("interval", Durations::parse).orElse(SpecTexts.HEALTH_INTERVAL);
    Duration timeout = fields.value("timeout", Durations::parse).orElse(SpecTexts.HEALTH_TIMEOUT);
    int failures = fields.value("failures", SpecTexts::count).orElse(SpecTexts.HEALTH_FAILURES);
    return fields.make(
        () -> new HealthCheck(kind, port, path, command, interval, timeout, failures));
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException("'%s' is neither true nor false".formatted(text));
    };
  }
}
