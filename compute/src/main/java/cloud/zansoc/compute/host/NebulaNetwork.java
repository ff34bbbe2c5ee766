package cloud.zansoc.compute.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.PrivateNetwork;
import cloud.zansoc.compute.host.NetworkMember.NetworkPrograms;
import cloud.zansoc.compute.network.Programs;
import cloud.zansoc.net.HostAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps instances in their private networks by Nebula, one process for each, in the network
 * namespace of its instance, which itself needs no privilege for that. The processes outlive the
 * agent, and the next one finds them again. docs/decisions/0017-private-networks.md.
 */
public final class NebulaNetwork implements NetworkKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(NebulaNetwork.class);
  private static final Duration LOOK_PAUSE = Duration.ofSeconds(2);
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_SYS_ADMIN = 21;

  private final Path folder;
  private final NetworkPrograms programs;
  private final Consumer<Set<HostAddress>> reached;
  private final Map<InstanceId, NetworkMember> members = new ConcurrentHashMap<>();
  private final Map<InstanceId, Set<HostAddress>> lighthouses = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread looking;

  /**
   * Why no instance of this machine can be in a private network, for people; none where one can.
   */
  public static Optional<String> obstacle() {
    for (String program : List.of("nebula", "nsenter", "setsid")) {
      if (Programs.find(program).isEmpty()) {
        return Optional.of(
            "the program '%s' is missing: apt-get install nebula util-linux".formatted(program));
      }
    }
    if (!Files.exists(Path.of("/dev/net/tun"))) {
      return Optional.of("there is no /dev/net/tun: modprobe tun");
    }
    if (!mayEnterNetworks()) {
      return Optional.of("it takes root, or CAP_SYS_ADMIN and CAP_NET_ADMIN");
    }
    return Optional.empty();
  }

  private static boolean mayEnterNetworks() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      long capabilities =
          lines
              .filter(line -> line.startsWith("CapEff:"))
              .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
              .findFirst()
              .orElse(0);
      long needed = 1L << CAP_NET_ADMIN | 1L << CAP_SYS_ADMIN;
      return (capabilities & needed) == needed;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Goes on with the members that a folder tells of.
   *
   * @param folder of the agent's own, with a folder for each member (mode 0700: keys are in it)
   * @param reached told which addresses of UDP members must reach, whenever these change: a
   *     firewall has to let them
   * @throws ZansocException UNSUPPORTED with the {@link #obstacle}
   */
  public NebulaNetwork(Path folder, Consumer<Set<HostAddress>> reached) {
    obstacle()
        .ifPresent(why -> {
          throw new ZansocException(ErrorCode.UNSUPPORTED, why);
        });
    this.folder = folder;
    this.reached = reached;
    this.programs =
        new NetworkPrograms(
            Programs.find("nsenter").orElseThrow(), Programs.find("nebula").orElseThrow());
    resume();
    this.looking = Thread.ofVirtual().name("private networks").start(this::look);
  }

  private void resume() {
    try {
      new DurableFiles(folder);
      try (Stream<Path> entries = Files.list(folder)) {
        for (Path entry : entries.filter(Files::isDirectory).toList()) {
          InstanceId id = InstanceId.parse(entry.getFileName().toString());
          members.put(id, new NetworkMember(id, entry, programs));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INTERNAL, "what is in %s cannot be read: %s".formatted(folder, e), e);
    }
  }

  @Override
  public void join(InstanceId instance, long process, PrivateNetwork place) {
    Map<String, List<String>> found = new TreeMap<>();
    Set<HostAddress> addresses = new TreeSet<>(Comparator.comparing(HostAddress::toString));
    place
        .lighthouses()
        .forEach((overlay, underlay) -> {
          List<HostAddress> resolved = underlay.stream().flatMap(NebulaNetwork::resolve).toList();
          found.put(overlay, resolved.stream().map(HostAddress::toString).toList());
          addresses.addAll(resolved);
        });
    if (addresses.isEmpty()) {
      throw new ZansocException(
          ErrorCode.UNREACHABLE,
          "no lighthouse of the private network has an IPv4 address: " + place.lighthouses());
    }
    found.values().removeIf(List::isEmpty);
    if (!addresses.equals(lighthouses.put(instance, addresses))) {
      tellReached();
    }
    member(instance).join(process, with(place, found));
  }

  /** Inside, the names of lighthouses could not be resolved before the network is there. */
  private static Stream<HostAddress> resolve(String underlay) {
    try {
      HostAddress address = HostAddress.parse(underlay);
      return Stream.of(InetAddress.getAllByName(address.host()))
          .filter(Inet4Address.class::isInstance)
          .map(its -> new HostAddress(its.getHostAddress(), address.port()));
    } catch (UnknownHostException | IllegalArgumentException e) {
      LOG.warn("the lighthouse {} of a private network is not found", underlay, e);
      return Stream.empty();
    }
  }

  private static PrivateNetwork with(PrivateNetwork place, Map<String, List<String>> lighthouses) {
    return new PrivateNetwork(
        place.address(),
        place.authority(),
        place.certificate(),
        place.key(),
        place.group(),
        lighthouses,
        place.names(),
        place.blocked());
  }

  private NetworkMember member(InstanceId instance) {
    return members.computeIfAbsent(
        instance,
        id -> {
          try {
            return new NetworkMember(id, folder.resolve(id.toString()), programs);
          } catch (IOException e) {
            throw new ZansocException(
                ErrorCode.INTERNAL, "%s cannot be written: %s".formatted(folder, e), e);
          }
        });
  }

  @Override
  public void leave(InstanceId instance) {
    NetworkMember member = members.get(instance);
    if (member != null) {
      member.leave();
      members.remove(instance);
    }
    if (lighthouses.remove(instance) != null) {
      tellReached();
    }
  }

  private void tellReached() {
    Set<HostAddress> all = new TreeSet<>(Comparator.comparing(HostAddress::toString));
    lighthouses.values().forEach(all::addAll);
    reached.accept(all);
  }

  private void look() {
    try {
      do {
        for (NetworkMember member : members.values()) {
          look(member);
        }
      } while (!closing.await(LOOK_PAUSE.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void look(NetworkMember member) {
    try {
      member.look();
    } catch (RuntimeException e) {
      LOG.warn("a member of a private network could not be looked after", e);
    }
  }

  /** Stops looking after the members, which stay where they are. */
  @Override
  public void close() {
    closing.countDown();
    try {
      looking.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
