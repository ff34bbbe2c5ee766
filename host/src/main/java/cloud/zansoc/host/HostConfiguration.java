package cloud.zansoc.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.ledger.UnitPrices;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.node.ComputeOffer;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the owner of a machine decided about lending it: host.properties in the data folder (see
 * {@link HostConfigurationFile}). docs/operations/host.md lists the keys.
 *
 * @param hub whose network this host is in
 * @param name for people; unique at the hub
 * @param offer what is lent
 * @param network how others reach the host, and how much of the line they may use
 * @param compute what is lent for computing; none: it only stores
 */
public record HostConfiguration(
    Hub hub, String name, Offer offer, Network network, Optional<Compute> compute) {

  /**
   * A hub.
   *
   * @param api where its HTTPS API listens
   * @param peer where its hosts dial in
   * @param publicKey the raw Ed25519 key that it signs permits with; its id follows from it
   */
  public record Hub(HostAddress api, HostAddress peer, byte[] publicKey) {
    public Hub {
      publicKey = publicKey.clone();
    }

    @Override
    public byte[] publicKey() {
      return publicKey.clone();
    }

    /** Who it must prove to be. */
    public PeerId id() {
      return PeerId.ofPublicKey(publicKey);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Hub hub
          && api.equals(hub.api)
          && peer.equals(hub.peer)
          && Arrays.equals(publicKey, hub.publicKey);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(publicKey);
    }
  }

  /**
   * What is lent.
   *
   * @param capacity the most that is stored
   * @param reserve disk space that always stays free for the owner
   * @param pricePerTbMonth asked for storage
   * @param labels such as zone=home-1
   * @param schedule the hours in which something new is taken; what is stored is served at all
   *     hours
   */
  public record Offer(
      ByteSize capacity,
      ByteSize reserve,
      Money pricePerTbMonth,
      Map<String, String> labels,
      Schedule schedule) {
    /** Stays free where nothing else is said. */
    public static final ByteSize DEFAULT_RESERVE = ByteSize.ofGibibytes(1);

    /** The mission's price: 1 USD for a terabyte and month. */
    public static final Money DEFAULT_PRICE = new Money(1_000_000);

    public Offer {
      labels = Map.copyOf(labels);
      labels.forEach((key, value) -> {
        if (!key.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
            || value.length() > 63
            || !value.equals(value.strip())) {
          throw new IllegalArgumentException(
              "the label '"
                  + key
                  + "' needs a name of letters, digits, dots and hyphens, and a value of at"
                  + " most 63 characters; write for example zone=home-1");
        }
      });
    }

    /** The labels in the order of their names. */
    public Map<String, String> sortedLabels() {
      return new TreeMap<>(labels);
    }
  }

  /**
   * The host's place in the network.
   *
   * @param listen where the block port is opened; none: blocks go through the hub's relay only
   * @param advertised where others reach that port, if it is not the address of {@code listen}
   * @param upLimit the most bytes of blocks sent a second; none: unlimited
   * @param downLimit the most bytes of blocks received a second; none: unlimited
   */
  public record Network(
      Optional<HostAddress> listen,
      Optional<HostAddress> advertised,
      Optional<ByteSize> upLimit,
      Optional<ByteSize> downLimit) {
    /** Relay only, unlimited. */
    public static final Network RELAY_ONLY =
        new Network(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public Network {
      if (advertised.isPresent() && listen.isEmpty()) {
        throw new IllegalArgumentException(
            "an advertised address needs a port that listens: give --listen too");
      }
      if (upLimit.filter(limit -> limit.bytes() < MIN_LIMIT_BYTES).isPresent()
          || downLimit.filter(limit -> limit.bytes() < MIN_LIMIT_BYTES).isPresent()) {
        throw new IllegalArgumentException(
            "a bandwidth limit below 16kB/s would make every block time out: raise it or pause");
      }
    }

    /** The lowest limit, in bytes a second: a block must pass within a request's time-out. */
    public static final long MIN_LIMIT_BYTES = 16_000;

    /** What the hub tells clients; none where only the relay reaches the host. */
    public Optional<HostAddress> reachableAt() {
      return advertised.or(() -> listen.filter(address -> !isWildcard(address)));
    }

    private static boolean isWildcard(HostAddress address) {
      return address.host().equals("0.0.0.0") || address.host().equals("::");
    }
  }

  /**
   * What is lent for computing.
   *
   * @param engine where the engine listens: unix:///run/docker.sock, tcp://127.0.0.1:2375, or
   *     {@value #FOUND_ENGINE}
   * @param capacity of all instances together
   * @param prices in US dollars
   * @param shortest a lease lasts at least so long
   * @param longest and at most so long; none: without an end
   * @param chain a node of the ledger's chain to ask instead of the one that the hub names
   * @param images what images from storage may take, fetched and unpacked
   */
  public record Compute(
      URI engine,
      ComputeOffer.Capacity capacity,
      ComputeOffer.Prices prices,
      Duration shortest,
      Optional<Duration> longest,
      Optional<URI> chain,
      ByteSize images) {
    /** An engine that is found: the one that DOCKER_HOST names, else at one of the usual places. */
    public static final String FOUND_ENGINE = "auto";

    /** Where the engine is where nothing else is said. */
    public static final URI DEFAULT_ENGINE = URI.create(FOUND_ENGINE);

    /** A lease's least time where nothing else is said. */
    public static final Duration DEFAULT_SHORTEST = Duration.ofMinutes(1);

    /** What images may take where nothing else is said. */
    public static final ByteSize DEFAULT_IMAGES = ByteSize.parse("20GB");

    /** The ledger's. */
    public static final ComputeOffer.Prices DEFAULT_PRICES =
        new ComputeOffer.Prices(
            UnitPrices.DEFAULT.vcpuHour(),
            UnitPrices.DEFAULT.memoryHour(),
            UnitPrices.DEFAULT.storageMonth(),
            UnitPrices.DEFAULT.egress(),
            UnitPrices.DEFAULT.gpuHour());

    /** With the chain's node that the hub names. */
    public Compute(
        URI engine,
        ComputeOffer.Capacity capacity,
        ComputeOffer.Prices prices,
        Duration shortest,
        Optional<Duration> longest) {
      this(engine, capacity, prices, shortest, longest, Optional.empty());
    }

    /** With the usual room for images. */
    public Compute(
        URI engine,
        ComputeOffer.Capacity capacity,
        ComputeOffer.Prices prices,
        Duration shortest,
        Optional<Duration> longest,
        Optional<URI> chain) {
      this(engine, capacity, prices, shortest, longest, chain, DEFAULT_IMAGES);
    }

    public Compute {
      if (capacity.milliVcpus() < 1 || capacity.gpus() < 0) {
        throw new IllegalArgumentException(
            "computing needs more than 0 vCPUs and no negative number of GPUs");
      }
      if (capacity.memory().compareTo(InstanceSize.LEAST_MEMORY) < 0) {
        throw new IllegalArgumentException(
            "computing needs at least %s of memory, not %s"
                .formatted(InstanceSize.LEAST_MEMORY, capacity.memory()));
      }
      if (shortest.isNegative() || longest.filter(end -> end.compareTo(shortest) < 0).isPresent()) {
        throw new IllegalArgumentException(
            "compute.longest is not below compute.shortest, which is " + shortest);
      }
    }
  }

  /** The same, with this lent for computing. */
  public HostConfiguration lending(Optional<Compute> other) {
    return new HostConfiguration(hub, name, offer, network, other);
  }

  public HostConfiguration {
    if (!name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is not a host name: use 1 to 63 lower-case letters, digits and inner hyphens");
    }
  }
}
