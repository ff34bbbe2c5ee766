package cloud.zansoc.compute.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceOrder.Wanted;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.PrivateNetwork;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A host in simulated time: a keeper, an engine in memory, volumes and networks that take note. */
final class KeptHost {
  static final Capacity LENT =
      new Capacity(4_000, ByteSize.ofGibibytes(1), ByteSize.ofGibibytes(10), 1);

  final SimulatedTime time;
  final MemoryEngine engine;
  final Volumes volumes = new Volumes();
  final Networks networks = new Networks();
  final List<String> admitted = new ArrayList<>();
  Optional<ZansocException> refusal = Optional.empty();
  boolean hasPorts = true;
  private final Path folder;
  private InstanceKeeper keeper;

  KeptHost(Path folder, long seed) {
    this.folder = folder;
    this.time = new SimulatedTime(seed);
    this.engine = new MemoryEngine(time::now);
    this.keeper = open();
  }

  private InstanceKeeper open() {
    return InstanceKeeper.open(
        folder,
        LENT,
        new InstanceKeeper.Ports(
            engine,
            hasPorts ? Optional.of(volumes) : Optional.empty(),
            hasPorts ? Optional.of(networks) : Optional.empty(),
            this::admit),
        time.restart());
  }

  private void admit() {
    refusal.ifPresent(refused -> {
      throw refused;
    });
  }

  InstanceKeeper keeper() {
    return keeper;
  }

  /** The agent is killed, and another one takes its place. */
  void restart() {
    keeper = open();
  }

  InstanceStatus order(InstanceOrder order) {
    return keeper.order(order);
  }

  /** Gives an order and lets it be carried out. */
  InstanceStatus settle(InstanceOrder order) {
    keeper.order(order);
    time.settle();
    return status(order.spec().id());
  }

  void heartbeat() {
    keeper.heard(time.now(), Optional.of(Duration.ofSeconds(30)));
  }

  /** Lets time go by with a heartbeat every five seconds. */
  void live(Duration span) {
    for (Duration left = span; left.isPositive(); left = left.minusSeconds(5)) {
      heartbeat();
      time.advance(left.compareTo(Duration.ofSeconds(5)) < 0 ? left : Duration.ofSeconds(5));
    }
  }

  InstanceStatus status(InstanceId id) {
    return keeper.statuses().stream()
        .filter(status -> status.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  Optional<EngineInstance.State> engineState(InstanceId id) {
    return engine.reopened().find(id).map(EngineInstance::state);
  }

  /** An order for an hour from now on, of generation and revision 1. */
  InstanceOrder wanted(InstanceSpec spec) {
    return wanted(spec, 1, 1, Wanted.RUNNING);
  }

  InstanceOrder wanted(InstanceSpec spec, long generation, long revision, Wanted wanted) {
    Instant paid = time.now().plus(Duration.ofHours(1));
    return new InstanceOrder(
        spec, generation, revision, wanted, paid, paid.plusSeconds(600), Optional.empty());
  }

  static InstanceOrder paid(InstanceOrder order, Instant paidUntil, Instant keepUntil) {
    return new InstanceOrder(
        order.spec(),
        order.generation(),
        order.revision() + 1,
        order.wanted(),
        paidUntil,
        keepUntil,
        order.network());
  }

  static InstanceOrder in(InstanceOrder order, PrivateNetwork place) {
    return new InstanceOrder(
        order.spec(),
        order.generation(),
        order.revision(),
        order.wanted(),
        order.paidUntil(),
        order.keepUntil(),
        Optional.of(place));
  }

  static PrivateNetwork place(String address) {
    return new PrivateNetwork(
        address, "authority", "certificate", "key", "shop", Map.of(), Map.of(), List.of());
  }

  /** Notes which volumes are attached, and how they were detached. */
  static final class Volumes implements VolumeKeeper {
    final Map<String, Long> attached = new TreeMap<>();
    final List<String> detached = new ArrayList<>();

    @Override
    public Path attach(InstanceSpec.Volume volume, long generation) {
      attached.put(volume.id(), generation);
      return Path.of("/nowhere", volume.id());
    }

    @Override
    public void detach(InstanceSpec.Volume volume, long generation, boolean last) {
      if (attached.remove(volume.id()) != null) {
        detached.add(volume.id() + (last ? " with a snapshot" : " as it is"));
      }
    }
  }

  /** Notes who is a member. */
  static final class Networks implements NetworkKeeper {
    final Map<InstanceId, String> members = new java.util.HashMap<>();
    int joins;

    @Override
    public void join(InstanceId instance, long process, PrivateNetwork place) {
      joins++;
      members.put(instance, place.address() + " as " + process);
    }

    @Override
    public void leave(InstanceId instance) {
      members.remove(instance);
    }

    @Override
    public void close() {
      // Members stay.
    }
  }
}
