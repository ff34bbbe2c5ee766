package cloud.zansoc.compute.client;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Durations;
import cloud.zansoc.compute.api.HealthCheck;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.PortSpec;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.api.VolumeMount;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parts of a deployment as they are written, in its file and in options alike. All refuse a text by
 * an IllegalArgumentException, or the record's own exception, that says what is accepted.
 */
public final class SpecTexts {
  /** What an instance gets where nothing is said. */
  public static final int MILLI_VCPUS = 1000;

  /** What an instance gets where nothing is said. */
  public static final ByteSize MEMORY = ByteSize.ofGibibytes(1);

  /** What an instance gets where nothing is said. */
  public static final ByteSize DISK = ByteSize.ofGibibytes(10);

  /** What a volume has where nothing is said. */
  public static final ByteSize VOLUME = ByteSize.ofGibibytes(10);

  /** How often a volume is snapshotted where nothing is said. */
  public static final Duration SNAPSHOT_EVERY = Duration.ofMinutes(1);

  static final Duration HEALTH_INTERVAL = Duration.ofSeconds(10);
  static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(5);
  static final int HEALTH_FAILURES = 3;

  private static final Pattern HEALTH =
      Pattern.compile("http:([0-9]{0,5})(/.*)|tcp:([0-9]{1,5})|command:(.+)");
  private static final Pattern CPU = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,3})?");
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");
  private static final Pattern PORT =
      Pattern.compile("([0-9]{1,5})(?:/([a-zA-Z]+))?(?::([0-9]{1,5}))?");
  private static final Pattern VOLUME_TEXT =
      Pattern.compile("([^:]+):(/[^:]*)(?::([^:]+))?(?::([^:]+))?");

  private SpecTexts() {}

  /** "0.5" is half a thread. */
  public static int milliVcpus(String text) {
    if (!CPU.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a number of vCPUs; write for example 0.5 or 2".formatted(text));
    }
    int milliVcpus = new BigDecimal(text).movePointRight(3).intValueExact();
    if (milliVcpus == 0) {
      throw new IllegalArgumentException(
          "an instance needs more than 0 vCPUs; write for example 0.5");
    }
    return milliVcpus;
  }

  /** A size that is enough for an instance. */
  public static ByteSize memory(String text) {
    ByteSize size = ByteSize.parse(text);
    if (size.compareTo(InstanceSize.LEAST_MEMORY) < 0) {
      throw new IllegalArgumentException(
          "an instance needs at least %s, and this is %s; write for example 512MiB"
              .formatted(InstanceSize.LEAST_MEMORY, size));
    }
    return size;
  }

  /** How many instances of a service. */
  public static int replicas(String text) {
    int replicas = count(text);
    if (replicas > ServiceSpec.MOST_REPLICAS) {
      throw new IllegalArgumentException(
          "a service has 0 to %d replicas, not %d".formatted(ServiceSpec.MOST_REPLICAS, replicas));
    }
    return replicas;
  }

  /** A whole number that is not negative. */
  public static int count(String text) {
    if (!COUNT.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a whole number; write for example 3".formatted(text));
    }
    return Integer.parseInt(text);
  }

  /**
   * "80" and "80/http" by host name or path, "5432/tcp" by a port of the hub, ":15432" by which.
   */
  public static PortSpec port(String text) {
    Matcher matcher = PORT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a port; write for example 80, 80/http, 5432/tcp or 5432/tcp:15432"
              .formatted(text));
    }
    Optional<Integer> publicPort = Optional.ofNullable(matcher.group(3)).map(Integer::valueOf);
    PortSpec.Protocol protocol =
        Optional.ofNullable(matcher.group(2))
            .map(name -> choice("protocol", PortSpec.Protocol.class, name))
            .orElse(PortSpec.Protocol.HTTP);
    if (publicPort.isPresent() && protocol != PortSpec.Protocol.TCP) {
      throw new IllegalArgumentException(
          "'%s': only a tcp port has a number of its own at the hub; write %s/tcp:%d"
              .formatted(text, matcher.group(1), publicPort.get()));
    }
    return new PortSpec(Integer.parseInt(matcher.group(1)), protocol, publicPort);
  }

  /** "data:/var/lib/data:20GiB:30s": name, path, and where they are not the usual ones the rest. */
  public static VolumeMount volume(String text) {
    Matcher matcher = VOLUME_TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a volume; write NAME:PATH[:SIZE[:SNAPSHOT-EVERY]], for example data:/data:20GiB:30s"
              .formatted(text));
    }
    return new VolumeMount(
        matcher.group(1),
        matcher.group(2),
        Optional.ofNullable(matcher.group(3)).map(ByteSize::parse).orElse(VOLUME),
        Optional.ofNullable(matcher.group(4)).map(Durations::parse).orElse(SNAPSHOT_EVERY));
  }

  /** "networks": what no two replicas share. */
  public static ServiceSpec.Spread spread(String text) {
    return choice("spread", ServiceSpec.Spread.class, text);
  }

  /** "on-failure": when a command that ended is started again. */
  public static RestartPolicy restart(String text) {
    return choice("restart policy", RestartPolicy.class, text);
  }

  /**
   * "http:[PORT]/PATH", "tcp:PORT" or "command:TEXT".
   *
   * @param ports of the service: the first is asked by http where no port is named
   */
  public static HealthCheck health(String text, List<PortSpec> ports) {
    Matcher matcher = HEALTH.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a health check; write for example http:8080/ready, tcp:5432 or command:/bin/check"
              .formatted(text));
    }
    HealthCheck.Kind kind =
        matcher.group(2) != null
            ? HealthCheck.Kind.HTTP
            : matcher.group(3) != null ? HealthCheck.Kind.TCP : HealthCheck.Kind.COMMAND;
    int port =
        switch (kind) {
          case HTTP ->
              matcher.group(1).isEmpty()
                  ? ports.stream()
                      .map(PortSpec::port)
                      .findFirst()
                      .orElseThrow(() ->
                          new IllegalArgumentException(
                              "'%s' needs a port; write for example http:8080%s"
                                  .formatted(text, matcher.group(2))))
                  : Integer.parseInt(matcher.group(1));
          case TCP -> Integer.parseInt(matcher.group(3));
          case COMMAND -> 0;
        };
    return new HealthCheck(
        kind,
        port,
        kind == HealthCheck.Kind.HTTP ? matcher.group(2) : "",
        kind == HealthCheck.Kind.COMMAND ? shell(matcher.group(4)) : List.of(),
        HEALTH_INTERVAL,
        HEALTH_TIMEOUT,
        HEALTH_FAILURES);
  }

  /** A text as a command for the image's shell. */
  static List<String> shell(String text) {
    return List.of("/bin/sh", "-c", text);
  }

  /** One of an enum's, as people write them: "on-failure". */
  public static <E extends Enum<E>> E choice(String what, Class<E> type, String text) {
    List<String> names = Arrays.stream(type.getEnumConstants()).map(SpecTexts::name).toList();
    for (E constant : type.getEnumConstants()) {
      if (name(constant).equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is no %s: %s%s"
            .formatted(
                text,
                what,
                NearestName.of(text.toLowerCase(Locale.ROOT), names)
                    .map("did you mean '%s'? There is "::formatted)
                    .orElse("there is "),
                String.join(", ", names)));
  }

  /** An enum's constant as people write it. */
  public static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
