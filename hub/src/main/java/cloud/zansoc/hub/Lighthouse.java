package cloud.zansoc.hub;

import cloud.zansoc.compute.hub.NebulaNetworks;
import cloud.zansoc.compute.network.NebulaAuthority;
import cloud.zansoc.compute.network.NebulaAuthority.Validity;
import cloud.zansoc.compute.network.NebulaConfiguration;
import cloud.zansoc.compute.network.NebulaProcess;
import cloud.zansoc.compute.network.NetworkAddress;
import cloud.zansoc.net.HostAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's own lighthouse, where members of private networks find each other, and which relays
 * between those that cannot reach each other: Nebula as a process beside the hub. It needs no
 * privilege. {@link #look} is called again and again, by one thread.
 */
final class Lighthouse implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lighthouse.class);

  /** Signed anew at each start. */
  private static final Duration LIFE = Duration.ofDays(5 * 365);

  /** Where the configuration of a lighthouse on another machine expects to be. */
  private static final Path ELSEWHERE = Path.of("/etc/nebula");

  private final Path folder;
  private final NebulaProcess process;
  private final NebulaAuthority authority;
  private final Optional<Running> running;
  private final NebulaNetworks.Lighthouses lighthouses;

  /**
   * Where and how it runs.
   *
   * @param folder for its files, and those of lighthouses that run elsewhere
   * @param nebula the command; none where it is not installed
   * @param advertised the name or address under which hosts reach this machine
   */
  record Site(Path folder, Optional<List<String>> nebula, String advertised) {}

  /** What is needed to run it. */
  private record Running(
      List<String> nebula, int port, NebulaConfiguration.Credentials credentials) {}

  /** Prepares the lighthouse; {@link #look} starts it. */
  Lighthouse(Site site, NebulaAuthority authority, NetworkSettings settings, Instant now) {
    this.folder = site.folder();
    this.process = new NebulaProcess(folder.resolve("lighthouse"));
    this.authority = authority;
    this.running =
        settings.port().isPresent() && site.nebula().isPresent()
            ? Optional.of(
                new Running(
                    site.nebula().get(),
                    free(settings.port().get()),
                    credentials(NetworkAddress.HUB, now)))
            : Optional.empty();
    Map<String, List<String>> addresses = new TreeMap<>();
    running.ifPresent(its ->
        addresses.put(
            NetworkAddress.HUB.toString(),
            List.of(new HostAddress(site.advertised(), its.port()).toString())));
    settings
        .lighthouses()
        .forEach((overlay, underlay) -> {
          addresses.put(overlay.toString(), List.of(underlay.toString()));
          prepareElsewhere(overlay, underlay, now);
        });
    this.lighthouses =
        new NebulaNetworks.Lighthouses(
            addresses, addresses.isEmpty() ? Optional.of(unavailable(settings)) : Optional.empty());
    lighthouses
        .unavailable()
        .ifPresent(why -> LOG.info("this hub makes no private networks: {}", why));
  }

  private static String unavailable(NetworkSettings settings) {
    return settings.port().isEmpty()
        ? "'network-port' is 'none', and 'network-lighthouses' names no other lighthouse"
        : "the program 'nebula' is not installed at the hub (apt-get install nebula), and 'network-lighthouses' names no other lighthouse";
  }

  private NebulaConfiguration.Credentials credentials(NetworkAddress overlay, Instant now) {
    String purpose = "lighthouse." + overlay;
    Validity validity = Validity.of(now, LIFE);
    return new NebulaConfiguration.Credentials(
        authority.certificate(),
        authority.sign(purpose, overlay, List.of(), validity).pem(),
        authority.memberKey(purpose, validity));
  }

  /** Writes what another machine needs to be a lighthouse, for the operator to take there. */
  private void prepareElsewhere(NetworkAddress overlay, HostAddress underlay, Instant now) {
    new NebulaProcess(folder.resolve("lighthouse-" + overlay))
        .configure(
            NebulaConfiguration.lighthouse(
                ELSEWHERE, credentials(overlay, now), underlay.port(), List.of()));
  }

  private static int free(int port) {
    if (port != 0) {
      return port;
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no port of UDP is free", e);
    }
  }

  /** Where members find each other. */
  NebulaNetworks.Lighthouses lighthouses() {
    return lighthouses;
  }

  /**
   * Sees to it that the lighthouse runs and refuses these certificates.
   *
   * @param blocked their fingerprints
   */
  void look(List<String> blocked) {
    running.ifPresent(its -> {
      boolean changed =
          process.configure(
              NebulaConfiguration.lighthouse(
                  folder.resolve("lighthouse"), its.credentials(), its.port(), blocked));
      if (!process.isRunning()) {
        String words = process.lastWords();
        process.start(its.nebula());
        LOG.info(
            "the lighthouse of private networks starts on UDP port {}{}",
            its.port(),
            words.isEmpty() ? "" : "; it ended with: " + words);
      } else if (changed) {
        process.reload();
      }
    });
  }

  /** Ends the lighthouse. Members that know each other already go on without it. */
  @Override
  public void close() {
    process.stop();
  }
}
