package cloud.zansoc.hub.registry;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.node.HostSettings;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.NetworkTotals;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.storage.hub.HostDirectory;
import cloud.zansoc.storage.hub.StorageHost;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The hosts and whether they are there. Answers from memory; what a host shall do is durable at
 * once, when it was seen last and how it was then at {@link #persist}. Thread-safe.
 */
public final class Hosts implements HostDirectory {
  /** As long as an agent pauses at most between two attempts to reach its hub. */
  private static final Duration GATHERING = Duration.ofSeconds(60);

  private final RegistryStore store;
  private final HostTimeouts timeouts;
  private final Clock clock;
  private final Instant started;
  private final Map<PeerId, HostRecord> hosts = new ConcurrentHashMap<>();
  private final Set<PeerId> connected = ConcurrentHashMap.newKeySet();
  private final Set<PeerId> unsaved = ConcurrentHashMap.newKeySet();

  /**
   * Reads the hosts from {@code store}. A host that was there when the hub ended counts as lost
   * only after the hub has waited for it as long again.
   */
  public Hosts(RegistryStore store, HostTimeouts timeouts, Clock clock) {
    this.store = store;
    this.timeouts = timeouts;
    this.clock = clock;
    this.started = clock.instant();
    store.hosts().forEach(host -> hosts.put(host.id(), host));
  }

  /** Whether this peer is a host that has not left. */
  public boolean isEnrolled(PeerId id) {
    HostRecord host = hosts.get(id);
    return host != null && host.wish() != HostRecord.Wish.LEFT;
  }

  /** The host's state now. */
  public NodeView.State state(HostRecord host) {
    if (host.wish() == HostRecord.Wish.LEFT) {
      return NodeView.State.LEFT;
    }
    Instant now = clock.instant();
    Duration silent = Duration.between(host.lastSeen(), now);
    if (!connected.contains(host.id()) || silent.compareTo(timeouts.offline()) > 0) {
      Instant since = host.lastSeen().isAfter(started) ? host.lastSeen() : started;
      boolean lost = Duration.between(since, now).compareTo(timeouts.lost()) > 0;
      return lost ? NodeView.State.LOST : NodeView.State.OFFLINE;
    }
    return switch (host.wish()) {
      case DRAINING -> NodeView.State.DRAINING;
      case PAUSED, CLEARED -> NodeView.State.PAUSED;
      case ACTIVE ->
          host.status().filter(HostStatus::accepting).isPresent()
              ? NodeView.State.READY
              : NodeView.State.PAUSED;
      case LEFT -> NodeView.State.LEFT;
    };
  }

  @Override
  public List<StorageHost> hosts() {
    return hosts.values().stream().map(this::storageHost).toList();
  }

  @Override
  public Optional<StorageHost> host(PeerId id) {
    return Optional.ofNullable(hosts.get(id)).map(this::storageHost);
  }

  @Override
  public boolean isGathering() {
    return Duration.between(started, clock.instant()).compareTo(GATHERING) < 0;
  }

  private StorageHost storageHost(HostRecord host) {
    return new StorageHost(
        host.id(),
        host.registration().publicKey(),
        host.name(),
        state(host),
        new ByteSize(host.status().map(status -> Math.max(0, status.freeBytes())).orElse(0L)),
        host.registration().address(),
        StorageHost.networkOf(host.externalIp(), host.registration().labels()),
        1);
  }

  /** Every host that has not left. */
  public List<HostRecord> records() {
    return present().toList();
  }

  /** Every node that has not left, by name. */
  public List<NodeView> nodes() {
    return present().map(this::view).sorted(Comparator.comparing(NodeView::name)).toList();
  }

  /** The node of this id or name, also one that left; NOT_FOUND. */
  public NodeView node(String idOrName) {
    return view(record(idOrName));
  }

  /** The host of this id, else of this name. */
  public HostRecord record(String idOrName) {
    return find(host -> host.id().toString().equals(idOrName))
        .or(() -> find(host -> host.name().equals(idOrName)))
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.NOT_FOUND,
                "there is no node '" + idOrName + "': list them with zansoc node ls"));
  }

  private Optional<HostRecord> find(Predicate<HostRecord> condition) {
    return hosts.values().stream().filter(condition).findFirst();
  }

  /** The host of this id, also one that left. */
  public Optional<HostRecord> record(PeerId id) {
    return Optional.ofNullable(hosts.get(id));
  }

  private NodeView view(HostRecord host) {
    return new NodeView(
        host.id(),
        host.name(),
        state(host),
        host.reclaimed(),
        List.of("storage"),
        host.status().map(HostStatus::version).orElse(host.registration().version()),
        host.registration().address(),
        host.externalIp(),
        host.registration().pricePerTbMonth(),
        host.registration().capacity(),
        host.registration().labels(),
        host.registration().machine(),
        host.status(),
        host.joined(),
        host.lastSeen());
  }

  /** The sums over the nodes that are connected; {@code nodes} counts all that have not left. */
  public NetworkTotals totals() {
    List<NodeView> nodes = nodes();
    List<NodeView> there = new ArrayList<>(nodes);
    there.removeIf(
        node -> node.state() == NodeView.State.OFFLINE || node.state() == NodeView.State.LOST);
    int vcpus = there.stream().mapToInt(node -> node.machine().vcpus()).sum();
    double busy =
        there.stream()
            .flatMap(
                node -> node.status().map(s -> s.cpuPercent() * node.machine().vcpus()).stream())
            .mapToDouble(Double::doubleValue)
            .sum();
    List<HostStatus> statuses = there.stream().flatMap(node -> node.status().stream()).toList();
    return new NetworkTotals(
        nodes.size(),
        (int) there.stream().filter(node -> node.state() == NodeView.State.READY).count(),
        vcpus,
        vcpus == 0 ? 0 : busy / vcpus,
        new ByteSize(there.stream().mapToLong(node -> node.machine().memoryBytes()).sum()),
        new ByteSize(statuses.stream().mapToLong(HostStatus::memoryUsedBytes).sum()),
        new ByteSize(there.stream().mapToLong(node -> node.capacity().bytes()).sum()),
        new ByteSize(statuses.stream().mapToLong(HostStatus::storedBytes).sum()),
        there.stream().mapToInt(node -> node.machine().gpus().size()).sum(),
        statuses.stream().mapToInt(HostStatus::instances).sum());
  }

  private Stream<HostRecord> present() {
    return hosts.values().stream().filter(host -> host.wish() != HostRecord.Wish.LEFT);
  }

  /** Changes what a host shall do; GONE where it has left. */
  public NodeView wish(PeerId id, HostRecord.Wish wish) {
    return wish(id, wish, Optional.empty());
  }

  /**
   * Has a host's instances moved away, and after {@code grace} what is left of them stopped; GONE
   * where it has left.
   */
  public NodeView clear(PeerId id, Duration grace) {
    Instant reclaimed = clock.instant().plus(grace).truncatedTo(ChronoUnit.SECONDS);
    return wish(id, HostRecord.Wish.CLEARED, Optional.of(reclaimed));
  }

  private NodeView wish(PeerId id, HostRecord.Wish wish, Optional<Instant> reclaimed) {
    if (!isEnrolled(id)) {
      throw new ZansocException(
          ErrorCode.GONE, "host " + id.shortText() + " has left: it joins again with a new token");
    }
    store.wish(id, wish, reclaimed);
    HostRecord changed = hosts.computeIfPresent(id, (key, host) -> host.with(wish, reclaimed));
    if (changed == null) {
      throw new IllegalStateException("host " + id + " vanished");
    }
    return view(changed);
  }

  /** What the hub tells the host with a heartbeat. */
  public HostSettings settings(HostRecord host) {
    return new HostSettings(
        host.wish() == HostRecord.Wish.PAUSED || host.wish() == HostRecord.Wish.CLEARED,
        host.wish() == HostRecord.Wish.DRAINING,
        host.registration().capacity(),
        host.reclaimed(),
        clock.millis(),
        Optional.empty());
  }

  /** A host's heartbeat. */
  public void seen(PeerId id, String ip, HostStatus status) {
    hosts.computeIfPresent(id, (key, host) -> host.seen(clock.instant(), ip, status));
    connected.add(id);
    unsaved.add(id);
  }

  /** A host's connection is gone. */
  public void disconnected(PeerId id) {
    connected.remove(id);
  }

  /** Makes durable when hosts were seen last. */
  public void persist() {
    List<PeerId> ids = List.copyOf(unsaved);
    unsaved.removeAll(ids);
    store.seen(ids.stream().map(hosts::get).filter(host -> host != null).toList());
  }

  /** A host that the store has. */
  void remember(HostRecord host) {
    hosts.put(host.id(), host);
  }
}
