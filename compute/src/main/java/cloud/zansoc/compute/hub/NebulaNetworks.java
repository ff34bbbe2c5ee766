package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.PrivateNetwork;
import cloud.zansoc.compute.hub.NetworkStore.Issued;
import cloud.zansoc.compute.hub.NetworkStore.Roll;
import cloud.zansoc.compute.hub.NetworkStore.Seat;
import cloud.zansoc.compute.network.NebulaAuthority;
import cloud.zansoc.compute.network.NebulaAuthority.Validity;
import cloud.zansoc.compute.network.NetworkAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Private networks by Nebula: one authority for all, and a random group for each deployment, which
 * is all that its members' firewalls let in. Thread-safe.
 */
public final class NebulaNetworks implements PrivateNetworks {
  /** How long a certificate is valid; a new one is issued when half of that is over. */
  public static final Duration LIFE = Duration.ofDays(7);

  /** With one address of ten taken, sixteen draws fail once in 10^16 times. */
  private static final int ADDRESS_DRAWS = 64;

  private static final int GROUP_BYTES = 16;

  private final NetworkStore store;
  private final NebulaAuthority authority;
  private final Lighthouses lighthouses;
  private final RandomGenerator random;
  private final Clock clock;

  /**
   * Where members find each other.
   *
   * @param addresses overlay address to underlay addresses (host:port)
   * @param unavailable why there is none that works; none where there is
   */
  public record Lighthouses(Map<String, List<String>> addresses, Optional<String> unavailable) {
    public Lighthouses {
      addresses = Map.copyOf(addresses);
    }
  }

  /**
   * Networks as a store remembers them.
   *
   * @param random outside of tests a SecureRandom
   */
  public NebulaNetworks(
      NetworkStore store,
      NebulaAuthority authority,
      Lighthouses lighthouses,
      RandomGenerator random,
      Clock clock) {
    this.store = store;
    this.authority = authority;
    this.lighthouses = lighthouses;
    this.random = random;
    this.clock = clock;
  }

  @Override
  public Optional<String> unavailable() {
    return lighthouses.unavailable();
  }

  @Override
  public PrivateNetwork place(Member member) {
    lighthouses
        .unavailable()
        .ifPresent(why -> {
          throw new ZansocException(
              ErrorCode.UNSUPPORTED, "this hub has no private networks: " + why);
        });
    byte[] group = new byte[GROUP_BYTES];
    random.nextBytes(group);
    List<NetworkAddress> addresses =
        Stream.generate(() -> NetworkAddress.random(random)).limit(ADDRESS_DRAWS).toList();
    store.seat(member, new NetworkStore.Draw(HexFormat.of().formatHex(group), addresses));
    return Objects.requireNonNull(
        places(member.deployment()).get(member.instance()), "a seat that was just taken");
  }

  @Override
  public Map<InstanceId, PrivateNetwork> places(String deployment) {
    Instant now = clock.instant();
    Roll roll = store.roll(deployment, now);
    Map<InstanceId, Issued> current = current(roll);
    List<Issued> fresh = new ArrayList<>();
    for (Seat seat : roll.seats()) {
      Issued newest = current.get(seat.instance());
      if (newest == null || newest.validity().isAging(now)) {
        Issued issued = issue(seat, roll.group(), now);
        current.put(seat.instance(), issued);
        fresh.add(issued);
      }
    }
    if (!fresh.isEmpty()) {
      store.add(deployment, fresh);
    }
    Map<String, String> names = names(roll);
    List<String> blocked = blocked(roll);
    Map<InstanceId, PrivateNetwork> places = new HashMap<>();
    for (Seat seat : roll.seats()) {
      Issued issued = Objects.requireNonNull(current.get(seat.instance()));
      places.put(seat.instance(), place(seat, issued, roll.group(), names, blocked));
    }
    return places;
  }

  @Override
  public void release(InstanceId instance) {
    store.release(instance, clock.instant());
  }

  /** The newest certificate of each instance's present generation. */
  private static Map<InstanceId, Issued> current(Roll roll) {
    Map<InstanceId, Long> generations = generations(roll);
    Map<InstanceId, Issued> current = new HashMap<>();
    for (Issued issued : roll.certificates()) {
      if (Long.valueOf(issued.generation()).equals(generations.get(issued.instance()))) {
        current.put(issued.instance(), issued);
      }
    }
    return current;
  }

  private static Map<InstanceId, Long> generations(Roll roll) {
    Map<InstanceId, Long> generations = new HashMap<>();
    roll.seats().forEach(seat -> generations.put(seat.instance(), seat.generation()));
    return generations;
  }

  private static List<String> blocked(Roll roll) {
    Map<InstanceId, Long> generations = generations(roll);
    TreeSet<String> blocked = new TreeSet<>();
    for (Issued issued : roll.certificates()) {
      Long generation = generations.get(issued.instance());
      if (generation == null || issued.generation() < generation) {
        blocked.add(issued.certificate().fingerprint());
      }
    }
    return List.copyOf(blocked);
  }

  private static Map<String, String> names(Roll roll) {
    Map<String, String> names = new TreeMap<>();
    for (Seat seat : roll.seats()) {
      names.put(seat.name(), seat.address().toString());
      names.put(
          "%s.%s.%s".formatted(seat.name(), seat.deploymentName(), PrivateNetwork.DOMAIN),
          seat.address().toString());
    }
    return names;
  }

  private Issued issue(Seat seat, String group, Instant now) {
    Validity validity = Validity.of(now, LIFE);
    return new Issued(
        seat.instance(),
        seat.generation(),
        validity,
        authority.sign(
            purpose(seat.instance(), seat.generation()), seat.address(), List.of(group), validity));
  }

  private PrivateNetwork place(
      Seat seat, Issued issued, String group, Map<String, String> names, List<String> blocked) {
    return new PrivateNetwork(
        seat.address().withPrefix(),
        authority.certificate(),
        issued.certificate().pem(),
        authority.memberKey(purpose(issued.instance(), issued.generation()), issued.validity()),
        group,
        lighthouses.addresses(),
        names,
        blocked);
  }

  /** The certificate's name too: it tells other deployments nothing. */
  private static String purpose(InstanceId instance, long generation) {
    return instance + "." + generation;
  }
}
