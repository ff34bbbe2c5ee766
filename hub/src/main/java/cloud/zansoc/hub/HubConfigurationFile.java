package cloud.zansoc.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.ComputeSettings;
import cloud.zansoc.hub.endpoint.EndpointSettings;
import cloud.zansoc.hub.registry.HostTimeouts;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.net.http.HttpLimits;
import cloud.zansoc.net.node.AdmissionRules;
import cloud.zansoc.storage.hub.RepairSettings;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@link HubConfiguration} from {@code hub.properties} in the data folder, and from values
 * that go before it (the command line's). A name that it does not know is an error.
 */
public final class HubConfigurationFile {
  /** The file's name in the data folder. */
  public static final String NAME = "hub.properties";

  private static final Pattern DURATION = Pattern.compile("([0-9]+)(ms|s|m|h|d)");

  private final Map<String, String> values;
  private final Set<String> unread;

  private HubConfigurationFile(Map<String, String> values) {
    this.values = values;
    this.unread = new TreeSet<>(values.keySet());
  }

  /**
   * The configuration of the hub in {@code dataFolder}, whose file need not be there.
   *
   * @param overrides by the names of the file
   * @throws ZansocException INVALID_ARGUMENT that names the value and says what is accepted
   */
  public static HubConfiguration read(Path dataFolder, Map<String, String> overrides) {
    Map<String, String> values = new TreeMap<>();
    Path file = dataFolder.resolve(NAME);
    if (Files.exists(file)) {
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT, "cannot read " + file + ": " + e.getMessage(), e);
      }
      properties.stringPropertyNames().forEach(n -> values.put(n, properties.getProperty(n)));
    }
    values.putAll(overrides);
    return new HubConfigurationFile(values).configuration(HubConfiguration.defaults(dataFolder));
  }

  private HubConfiguration configuration(HubConfiguration usual) {
    HubConfiguration.Listening listening = listening(usual.listening());
    HubConfiguration read =
        new HubConfiguration(
            usual.dataFolder(),
            listening,
            value("jdbc-url", Function.identity()),
            admission(usual.admission()),
            timeouts(usual.timeouts()),
            membership(usual.membership()),
            repair(usual.repair()),
            limits(usual.limits()),
            ledger(),
            networks(usual.networks()),
            computing(usual.computing()),
            endpoints(usual.endpoints(), listening.apiPort() == 0));
    if (!unread.isEmpty()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the hub's configuration has no " + unread + ": see docs/operations/hub.md");
    }
    return read;
  }

  private HubConfiguration.Listening listening(HubConfiguration.Listening usual) {
    return new HubConfiguration.Listening(
        value("bind", Function.identity()).orElse(usual.bind()),
        value("api-port", HubConfigurationFile::port).orElse(usual.apiPort()),
        value("peer-port", HubConfigurationFile::port).orElse(usual.peerPort()),
        portOrNone("ssh-port").orElse(usual.sshPort()),
        value("advertise", Function.identity()));
  }

  private Optional<Optional<Integer>> portOrNone(String name) {
    return orNone(name, HubConfigurationFile::port);
  }

  /** Something, or nothing on purpose; none where the configuration does not say. */
  private <T> Optional<Optional<T>> orNone(String name, Function<String, T> parse) {
    return value(
        name, text -> text.equals("none") ? Optional.empty() : Optional.of(parse.apply(text)));
  }

  private AdmissionRules admission(AdmissionRules usual) {
    return new AdmissionRules(
        value("admission.vcpus", Integer::parseInt).orElse(usual.vcpus()),
        value("admission.cpu-single", Long::parseLong).orElse(usual.cpuSingle()),
        value("admission.memory", ByteSize::parse).orElse(usual.memory()),
        value("admission.capacity", ByteSize::parse).orElse(usual.capacity()),
        value("admission.disk-write", ByteSize::parse).orElse(usual.writePerSecond()),
        value("admission.disk-syncs", Long::parseLong).orElse(usual.syncsPerSecond()),
        value("admission.down", ByteSize::parse).orElse(usual.downPerSecond()),
        value("admission.up", ByteSize::parse).orElse(usual.upPerSecond()),
        value("admission.round-trip", HubConfigurationFile::duration).orElse(usual.roundTrip()));
  }

  private HostTimeouts timeouts(HostTimeouts usual) {
    try {
      return new HostTimeouts(
          value("heartbeat", HubConfigurationFile::duration).orElse(usual.heartbeat()),
          value("offline-after", HubConfigurationFile::duration).orElse(usual.offline()),
          value("lost-after", HubConfigurationFile::duration).orElse(usual.lost()));
    } catch (IllegalArgumentException e) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e);
    }
  }

  private HubConfiguration.Membership membership(HubConfiguration.Membership usual) {
    return new HubConfiguration.Membership(
        orNone("quota", ByteSize::parse).orElse(usual.quota()),
        value("token-life", HubConfigurationFile::duration).orElse(usual.tokenLife()));
  }

  private RepairSettings repair(RepairSettings usual) {
    return new RepairSettings(
        usual.concurrent(),
        usual.timeout(),
        value("incomplete-after", HubConfigurationFile::duration).orElse(usual.incompleteAfter()),
        usual.retryAfter());
  }

  private HttpLimits limits(HttpLimits usual) {
    return new HttpLimits(
        usual.headerBytes(),
        value("api.connections", Integer::parseInt).orElse(usual.connections()),
        value("api.idle", HubConfigurationFile::duration).orElse(usual.idle()),
        value("api.peer-rate", Double::parseDouble).orElse(usual.peerRequestsPerSecond()),
        value("api.stranger-rate", Double::parseDouble).orElse(usual.strangerRequestsPerSecond()));
  }

  private Optional<LedgerSettings> ledger() {
    Optional<URI> node = value("chain", HubConfigurationFile::node);
    Optional<URI> memberNode = value("chain-for-members", HubConfigurationFile::node);
    Optional<Long> chain = value("chain-id", Long::parseLong);
    Optional<AccountId> escrow = value("escrow", AccountId::new);
    Optional<AccountId> router = value("router", AccountId::new);
    Optional<AccountId> twap = value("twap", AccountId::new);
    Duration every =
        value("reconcile-every", HubConfigurationFile::duration)
            .orElse(LedgerSettings.RECONCILE_EVERY);
    if (router.isPresent() != twap.isPresent()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the hub's configuration needs 'router' and 'twap' together, or neither");
    }
    boolean further = memberNode.isPresent() || router.isPresent();
    if (node.isEmpty() && chain.isEmpty() && escrow.isEmpty() && !further) {
      return Optional.empty();
    }
    if (node.isEmpty() || chain.isEmpty() || escrow.isEmpty()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the hub's configuration needs 'chain', 'chain-id' and 'escrow' together, or none; 'chain-for-members' and 'router' only beside them");
    }
    try {
      LedgerSettings.Chain usual = LedgerSettings.Chain.of(node.get(), chain.get());
      return Optional.of(
          new LedgerSettings(
              new LedgerSettings.Chain(
                  usual.node(), memberNode.or(usual::memberNode), usual.number()),
              escrow.get(),
              router.map(its -> new LedgerSettings.Exchange(its, twap.orElseThrow())),
              every));
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the hub's 'chain-id' or 'reconcile-every' cannot be: " + e.getMessage(),
          e);
    }
  }

  private NetworkSettings networks(NetworkSettings usual) {
    return new NetworkSettings(
        portOrNone("network-port").orElse(usual.port()),
        value("network-lighthouses", NetworkSettings::parseLighthouses)
            .orElse(usual.lighthouses()));
  }

  private ComputeSettings computing(ComputeSettings usual) {
    return new ComputeSettings(
        value("instance-suspicion", HubConfigurationFile::duration).orElse(usual.suspicion()),
        value("instance-grace", HubConfigurationFile::duration).orElse(usual.grace()),
        value("instance-gathering", HubConfigurationFile::duration).orElse(usual.gathering()),
        value("lease-runway", HubConfigurationFile::duration).orElse(usual.runway()),
        value("instance-keep", HubConfigurationFile::duration).orElse(usual.keep()),
        usual.patience(),
        value("instance-preparing", HubConfigurationFile::duration).orElse(usual.preparing()),
        usual.avoidance());
  }

  /** A hub whose API takes any free port is one of several on its machine. */
  private EndpointSettings endpoints(EndpointSettings usual, boolean anyFree) {
    Optional<Path> certificate = value("endpoint-certificate", Path::of);
    Optional<Path> key = value("endpoint-key", Path::of);
    if (certificate.isPresent() != key.isPresent()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the hub's configuration needs 'endpoint-certificate' and 'endpoint-key' together, or neither");
    }
    Optional<Optional<String>> domain = orNone("endpoint-domain", EndpointSettings::parseDomain);
    return new EndpointSettings(
        portOrNone("endpoint-http-port").orElse(anyFree ? Optional.of(0) : usual.httpPort()),
        portOrNone("endpoint-https-port").orElse(anyFree ? Optional.of(0) : usual.httpsPort()),
        domain.orElse(usual.domain()),
        orNone("endpoint-ports", EndpointSettings.PortRange::parse).orElse(usual.tcpPorts()),
        certificate.map(its -> new EndpointSettings.PemFiles(its, key.orElseThrow())));
  }

  private <T> Optional<T> value(String name, Function<String, T> parse) {
    unread.remove(name);
    String text = values.get(name);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse.apply(text.strip()));
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the hub's configuration value '%s' cannot be '%s': %s"
              .formatted(name, text, e.getMessage()),
          e);
    }
  }

  private static URI node(String text) {
    URI node = URI.create(text);
    if (node.getHost() == null || !Set.of("http", "https").contains(node.getScheme())) {
      throw new IllegalArgumentException("write for example http://localhost:8545");
    }
    return node;
  }

  private static int port(String text) {
    int port = Integer.parseInt(text);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("a port is 0 (any free one) to 65535");
    }
    return port;
  }

  /** "35s", "30m", "12h", "2d", "500ms". */
  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("write for example 35s, 30m, 12h or 2d");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
