package cloud.zansoc.host;

import cloud.zansoc.base.Base32;
import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Durations;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.host.HostConfiguration.Compute;
import cloud.zansoc.host.HostConfiguration.Hub;
import cloud.zansoc.host.HostConfiguration.Network;
import cloud.zansoc.host.HostConfiguration.Offer;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.node.ComputeOffer;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** The text form of a {@link HostConfiguration}: Java properties, in UTF-8, for people to edit. */
public final class HostConfigurationFile {
  private static final String LABEL_PREFIX = "label.";
  private static final Set<String> KEYS =
      Set.of(
          "hub",
          "hub.peer",
          "hub.key",
          "name",
          "capacity",
          "reserve",
          "price",
          "schedule",
          "listen",
          "advertise",
          "limit.up",
          "limit.down",
          "compute.engine",
          "compute.cpus",
          "compute.memory",
          "compute.disk",
          "compute.gpus",
          "compute.price.vcpu",
          "compute.price.memory",
          "compute.price.storage",
          "compute.price.egress",
          "compute.price.gpu",
          "compute.shortest",
          "compute.longest",
          "compute.chain",
          "compute.images");

  private HostConfigurationFile() {}

  /**
   * Reads {@code file}.
   *
   * @throws ZansocException NOT_FOUND where there is none; INVALID_ARGUMENT naming the key
   */
  public static HostConfiguration read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND,
          "there is no %s: join a network first with 'zansoc host join'".formatted(file),
          e);
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "%s cannot be read: %s".formatted(file, e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Writes {@code file} in place of what was there, in one step. */
  public static void write(HostConfiguration configuration, Path file) throws IOException {
    AtomicFile.write(file, format(configuration));
  }

  /**
   * Parses the text.
   *
   * @throws IllegalArgumentException naming the key that is missing, unknown or wrong
   */
  static HostConfiguration parse(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    Map<String, String> labels = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith(LABEL_PREFIX)) {
        labels.put(key.substring(LABEL_PREFIX.length()), properties.getProperty(key).strip());
      } else if (!KEYS.contains(key)) {
        throw new IllegalArgumentException("'" + key + "' is not a key that is known");
      }
    }
    Hub hub =
        new Hub(
            required(properties, "hub", HostAddress::parse),
            required(properties, "hub.peer", HostAddress::parse),
            required(properties, "hub.key", HostConfigurationFile::parseKey));
    Offer offer =
        new Offer(
            required(properties, "capacity", ByteSize::parse),
            optional(properties, "reserve", ByteSize::parse).orElse(Offer.DEFAULT_RESERVE),
            optional(properties, "price", Money::parseUsd).orElse(Offer.DEFAULT_PRICE),
            labels,
            optional(properties, "schedule", Schedule::parse).orElse(Schedule.ALWAYS));
    Network network =
        new Network(
            optional(properties, "listen", HostAddress::parse),
            optional(properties, "advertise", HostAddress::parse),
            optional(properties, "limit.up", HostConfigurationFile::parseLimit),
            optional(properties, "limit.down", HostConfigurationFile::parseLimit));
    return new HostConfiguration(
        hub,
        required(properties, "name", Function.identity()),
        offer,
        network,
        compute(properties));
  }

  /** None where no engine is named. */
  private static Optional<Compute> compute(Properties properties) {
    ComputeOffer.Prices prices = Compute.DEFAULT_PRICES;
    return optional(properties, "compute.engine", URI::create)
        .map(engine ->
            new Compute(
                engine,
                new ComputeOffer.Capacity(
                    required(properties, "compute.cpus", HostConfigurationFile::parseVcpus),
                    required(properties, "compute.memory", ByteSize::parse),
                    required(properties, "compute.disk", ByteSize::parse),
                    optional(properties, "compute.gpus", Integer::parseInt).orElse(0)),
                new ComputeOffer.Prices(
                    price(properties, "compute.price.vcpu", prices.vcpuHour()),
                    price(properties, "compute.price.memory", prices.memoryHour()),
                    price(properties, "compute.price.storage", prices.storageMonth()),
                    price(properties, "compute.price.egress", prices.egress()),
                    price(properties, "compute.price.gpu", prices.gpuHour())),
                optional(properties, "compute.shortest", Durations::parse)
                    .orElse(Compute.DEFAULT_SHORTEST),
                optional(properties, "compute.longest", Durations::parse),
                optional(properties, "compute.chain", URI::create),
                optional(properties, "compute.images", ByteSize::parse)
                    .orElse(Compute.DEFAULT_IMAGES)));
  }

  private static Money price(Properties properties, String key, Money byDefault) {
    return optional(properties, key, Money::parseUsd).orElse(byDefault);
  }

  /**
   * Parses an amount of threads, to the thousandth: "4", "1.5".
   *
   * @return thousandths
   */
  public static int parseVcpus(String text) {
    try {
      return new BigDecimal(text.strip()).movePointRight(3).intValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no number of vCPUs; write for example 4 or 1.5", e);
    }
  }

  /** The text that {@link #parseVcpus} reads, such as "1.5". */
  public static String formatVcpus(int thousandths) {
    return BigDecimal.valueOf(thousandths, 3).stripTrailingZeros().toPlainString();
  }

  /** Parses a bandwidth: "10MB/s", "1.5 MiB/s" or "500kB". */
  public static ByteSize parseLimit(String text) {
    return ByteSize.parse(text.strip().replaceFirst("(?i)\\s*/\\s*s$", ""));
  }

  private static byte[] parseKey(String text) {
    byte[] key = Base32.decode(text);
    if (key.length != Ed25519.KEY_BYTES) {
      throw new IllegalArgumentException("a hub's key has 52 characters");
    }
    return key;
  }

  static String format(HostConfiguration configuration) {
    Offer offer = configuration.offer();
    Network network = configuration.network();
    StringBuilder text = new StringBuilder(1024);
    text.append(
        """
        # What this machine lends. Changes of capacity, reserve, schedule and limits take effect
        # within seconds; after others, restart the host. Explained in docs/operations/host.md.
        """);
    line(text, "hub", configuration.hub().api());
    line(text, "hub.peer", configuration.hub().peer());
    line(text, "hub.key", Base32.encode(configuration.hub().publicKey()));
    line(text, "name", configuration.name());
    line(text, "capacity", offer.capacity().bytes());
    line(text, "reserve", offer.reserve().bytes());
    line(text, "price", offer.pricePerTbMonth());
    line(text, "schedule", offer.schedule());
    line(text, "listen", network.listen().map(Object::toString).orElse("none"));
    line(text, "advertise", network.advertised().map(Object::toString).orElse("none"));
    line(text, "limit.up", network.upLimit().map(limit -> limit.bytes() + "/s").orElse("none"));
    line(text, "limit.down", network.downLimit().map(limit -> limit.bytes() + "/s").orElse("none"));
    configuration.compute().ifPresent(compute -> formatCompute(text, compute));
    offer.sortedLabels().forEach((name, value) -> line(text, LABEL_PREFIX + name, value));
    return text.toString();
  }

  private static void formatCompute(StringBuilder text, Compute compute) {
    ComputeOffer.Capacity capacity = compute.capacity();
    ComputeOffer.Prices prices = compute.prices();
    line(text, "compute.engine", compute.engine());
    line(text, "compute.cpus", formatVcpus(capacity.milliVcpus()));
    line(text, "compute.memory", capacity.memory().bytes());
    line(text, "compute.disk", capacity.disk().bytes());
    line(text, "compute.gpus", capacity.gpus());
    line(text, "compute.price.vcpu", prices.vcpuHour());
    line(text, "compute.price.memory", prices.memoryHour());
    line(text, "compute.price.storage", prices.storageMonth());
    line(text, "compute.price.egress", prices.egress());
    line(text, "compute.price.gpu", prices.gpuHour());
    line(text, "compute.shortest", Durations.text(compute.shortest()));
    line(text, "compute.longest", compute.longest().map(Durations::text).orElse("none"));
    line(text, "compute.chain", compute.chain().map(URI::toString).orElse("none"));
    line(text, "compute.images", compute.images().bytes());
  }

  private static void line(StringBuilder text, String key, Object value) {
    text.append(escape(key)).append('=').append(escape(value.toString())).append('\n');
  }

  /** As {@link Properties} reads it; colons need it in keys only, so values stay readable. */
  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static <T> T required(Properties properties, String key, Function<String, T> parser) {
    return optional(properties, key, parser)
        .orElseThrow(() -> new IllegalArgumentException("the key '" + key + "' is missing"));
  }

  private static <T> Optional<T> optional(
      Properties properties, String key, Function<String, T> parser) {
    String value = properties.getProperty(key, "").strip();
    if (value.isEmpty() || value.equals("none")) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(value));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the key '" + key + "': " + e.getMessage(), e);
    }
  }
}
