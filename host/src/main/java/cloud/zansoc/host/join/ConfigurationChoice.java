package cloud.zansoc.host.join;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.host.HostConfiguration.Hub;
import cloud.zansoc.host.HostConfiguration.Network;
import cloud.zansoc.host.HostConfiguration.Offer;
import cloud.zansoc.host.Schedule;
import cloud.zansoc.host.join.JoinRequest.NetworkWishes;
import cloud.zansoc.host.join.JoinRequest.Wishes;
import cloud.zansoc.net.HostAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/** Makes a configuration of what was wished, what was before, and defaults, in this order. */
final class ConfigurationChoice {
  /** Half of the disk's spare space: the owner keeps the other half. */
  private static final int DEFAULT_SHARE = 2;

  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 32_000;
  private static final int PORT_ATTEMPTS = 20;

  private ConfigurationChoice() {}

  /**
   * Chooses all but computing, which stays as it was.
   *
   * @param before the configuration that the data folder has
   * @param free space on the disk of the data folder
   * @throws ZansocException CONFLICT where the folder is of another hub's host; NO_SPACE;
   *     INVALID_ARGUMENT
   */
  static HostConfiguration choose(
      Hub hub, PeerId self, Wishes wishes, Optional<HostConfiguration> before, ByteSize free) {
    before.ifPresent(configuration -> requireSameHub(configuration, hub));
    String name =
        wishes
            .name()
            .or(() -> before.map(HostConfiguration::name))
            .orElseGet(() -> defaultName(self));
    try {
      return new HostConfiguration(
          hub,
          name,
          offer(wishes, before.map(HostConfiguration::offer), free),
          network(wishes.network(), before.map(HostConfiguration::network)),
          before.flatMap(HostConfiguration::compute));
    } catch (IllegalArgumentException e) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "cannot join: " + e.getMessage(), e);
    }
  }

  private static void requireSameHub(HostConfiguration before, Hub hub) {
    if (!before.hub().id().equals(hub.id())) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          ("this data folder is of host '%s' of the hub %s: join the hub %s with another folder"
                  + " (--data), or leave the first with 'zansoc host leave'")
              .formatted(before.name(), before.hub().id().shortText(), hub.id().shortText()));
    }
  }

  private static Offer offer(Wishes wishes, Optional<Offer> before, ByteSize free) {
    ByteSize reserve = before.map(Offer::reserve).orElse(Offer.DEFAULT_RESERVE);
    ByteSize capacity =
        wishes
            .capacity()
            .or(() -> before.map(Offer::capacity))
            .orElseGet(() -> defaultCapacity(free, reserve));
    Map<String, String> labels = new TreeMap<>(before.map(Offer::labels).orElse(Map.of()));
    labels.putAll(wishes.labels());
    return new Offer(
        capacity,
        reserve,
        wishes
            .pricePerTbMonth()
            .or(() -> before.map(Offer::pricePerTbMonth))
            .orElse(Offer.DEFAULT_PRICE),
        labels,
        wishes.schedule().or(() -> before.map(Offer::schedule)).orElse(Schedule.ALWAYS));
  }

  private static ByteSize defaultCapacity(ByteSize free, ByteSize reserve) {
    return new ByteSize(Math.max(0, free.bytes() - reserve.bytes()) / DEFAULT_SHARE);
  }

  /**
   * Refuses to promise more than the disk can hold, counting what the store holds already.
   *
   * @param stored bytes that the data folder's blocks take already
   */
  static void requireSpace(Offer offer, ByteSize free, ByteSize stored) {
    long spare = Math.max(0, free.bytes() - offer.reserve().bytes()) + stored.bytes();
    if (offer.capacity().bytes() > spare) {
      throw new ZansocException(
          ErrorCode.NO_SPACE,
          ("a capacity of %s does not fit: the disk has %s free, of which %s stay free for you;"
                  + " lend at most %s (--capacity), free some space, or name a folder on another"
                  + " disk (--data)")
              .formatted(offer.capacity(), free, offer.reserve(), new ByteSize(spare)));
    }
  }

  /** What is left of the disk when it stores as much as it lends. */
  static ByteSize beside(Offer offer, ByteSize free, ByteSize stored) {
    long kept = Math.max(0, offer.capacity().bytes() - stored.bytes()) + offer.reserve().bytes();
    return new ByteSize(Math.max(0, free.bytes() - kept));
  }

  private static Network network(NetworkWishes wishes, Optional<Network> before) {
    Optional<HostAddress> old = before.flatMap(Network::listen);
    Optional<HostAddress> listen = wishes.listen().map(text -> parseListen(text, old)).orElse(old);
    Optional<HostAddress> advertised =
        wishes
            .advertised()
            .or(() -> before.flatMap(Network::advertised).filter(address -> listen.isPresent()));
    return new Network(
        listen,
        advertised,
        wishes.upLimit().or(() -> before.flatMap(Network::upLimit)),
        wishes.downLimit().or(() -> before.flatMap(Network::downLimit)));
  }

  /** Port 0 becomes a free port, kept from then on, because the hub tells it to clients. */
  private static Optional<HostAddress> parseListen(String text, Optional<HostAddress> before) {
    if (text.equals("none")) {
      return Optional.empty();
    }
    if (!text.endsWith(":0")) {
      return Optional.of(HostAddress.parse(text));
    }
    String host = HostAddress.parse(text.substring(0, text.length() - 1) + "1").host();
    return before
        .filter(address -> address.host().equals(host))
        .or(() -> Optional.of(new HostAddress(host, freePort(host))));
  }

  /** Below the ports that systems give to outgoing connections, which would take it meanwhile. */
  private static int freePort(String host) {
    for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);
      try (ServerSocket probe = new ServerSocket()) {
        probe.bind(new InetSocketAddress(host, port));
        return port;
      } catch (IOException e) {
        // Taken, or not an address of this machine: the next attempt or the message below tells.
      }
    }
    throw new IllegalArgumentException(
        "nothing can listen on '" + host + "': is it an address of this machine?");
  }

  private static String defaultName(PeerId self) {
    String machine;
    try {
      machine = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      machine = "host";
    }
    String plain =
        machine
            .replaceFirst("\\..*", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    String stem = plain.isEmpty() ? "host" : plain.substring(0, Math.min(50, plain.length()));
    // Many machines are called "debian"; a few characters of the id keep names apart.
    return stem + "-" + self.shortText().substring(0, 5);
  }
}
