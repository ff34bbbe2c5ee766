package cloud.zansoc.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.SnapshotOrder;
import cloud.zansoc.compute.api.UsageRequest;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.EngineInventory;
import cloud.zansoc.compute.host.Fence;
import cloud.zansoc.compute.host.HubClock;
import cloud.zansoc.compute.host.ImageKeeper;
import cloud.zansoc.compute.host.InstanceKeeper;
import cloud.zansoc.compute.host.InstanceStreams;
import cloud.zansoc.compute.host.NetworkKeeper;
import cloud.zansoc.compute.host.RegistryImages;
import cloud.zansoc.compute.host.Scheduler;
import cloud.zansoc.compute.host.UsageSigner;
import cloud.zansoc.host.HostConfiguration.Compute;
import cloud.zansoc.host.volumes.HostVolumes;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.net.control.ControlAgent;
import cloud.zansoc.net.control.StreamHandler;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.ComputeOffer;
import cloud.zansoc.net.node.ComputeOffer.Feature;
import cloud.zansoc.net.node.HostSettings;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent does of computing: keeps instances, and offers what is left. Thread-safe. */
final class Computing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Computing.class);

  private final Parts parts;
  private final Scheduler scheduler = Scheduler.ofVirtualThreads();
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("instance-orders").daemon().factory());
  private final InstanceKeeper keeper;
  private final StreamHandler streams;
  private volatile Compute lent;

  /**
   * What runs instances here, their images, volumes and networks.
   *
   * @param missing what this machine cannot, and why, for people
   * @param others what they use and nobody else; closed last, in this order
   */
  record Parts(
      Engine engine,
      ImageKeeper images,
      Optional<HostVolumes> volumes,
      Optional<NetworkKeeper> networks,
      List<String> missing,
      List<AutoCloseable> others)
      implements AutoCloseable {
    Parts {
      missing = List.copyOf(missing);
      others = List.copyOf(others);
    }

    /** An engine alone. */
    static Parts of(Engine engine) {
      return new Parts(
          engine,
          new RegistryImages(engine),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of());
    }

    @Override
    public void close() {
      List<AutoCloseable> all = new ArrayList<>();
      networks.ifPresent(all::add);
      volumes.ifPresent(all::add);
      all.add(engine);
      all.addAll(others);
      for (AutoCloseable one : all) {
        try {
          one.close();
        } catch (Exception e) {
          LOG.warn("closing {} failed", one, e);
        }
      }
    }
  }

  /** Whose agent it is, and what it uses anyway. */
  record Place(
      HostFolder folder, HostConfiguration configuration, Identity identity, BlockDialer dialer) {}

  /** Finds what runs instances, as the owner configured it. */
  @FunctionalInterface
  interface Source {
    /**
     * Opens the parts; an engine that does not answer yet may do so later.
     *
     * @throws ZansocException where the configuration cannot be right
     */
    Parts open(Place place, Compute configuration);
  }

  /**
   * Begins to keep what was ordered in {@code folder}.
   *
   * @param gate refuses what is new
   */
  Computing(HostFolder folder, Compute lent, Parts parts, Gate gate, Clock clock) {
    this.lent = lent;
    this.parts = parts;
    this.keeper =
        InstanceKeeper.open(
            folder.instances(),
            lent.capacity(),
            new InstanceKeeper.Ports(
                parts.engine(),
                parts.images(),
                parts.volumes().map(volumes -> volumes),
                parts.networks(),
                gate::requireOpen),
            new InstanceKeeper.Drive(new HubClock(clock, System::nanoTime), scheduler, writer));
    this.streams = new InstanceStreams(keeper, clock);
  }

  StreamHandler streams() {
    return streams;
  }

  /** The owner lends this from now on; another engine takes a restart. */
  void lend(Compute configuration) {
    lent = configuration;
    keeper.lend(configuration.capacity());
  }

  /** The hub is there. */
  void heard() {
    keeper.heard();
  }

  void beat(HostSettings settings) {
    keeper.heard(Instant.ofEpochMilli(settings.nowMillis()), settings.replacedAfter());
  }

  /** Where the connection to the hub stands. */
  void connection(ControlAgent.Status status) {
    if (status.state() == ControlAgent.State.CONNECTED) {
      keeper.reach(Fence.Reach.CONNECTED);
    } else if (status.failure().isPresent()) {
      keeper.reach(status.isRefused() ? Fence.Reach.REFUSED : Fence.Reach.LOST);
    }
  }

  /** The order for one instance. */
  byte[] order(byte[] body) {
    return Json.write(keeper.order(Json.read(body, InstanceOrder.class)));
  }

  /** The order for the statuses of all. */
  byte[] statuses(byte[] body) {
    List<InstanceStatus> statuses =
        body.length == 0
            ? keeper.statuses()
            : keeper.statuses(Set.copyOf(Json.readList(body, InstanceId.class)));
    return Json.write(statuses);
  }

  /** The order to sign what an instance has used. */
  byte[] usage(byte[] body, UsageSigner signer) {
    return keeper.usage(Json.read(body, UsageRequest.class), signer).encode();
  }

  /** The order to keep a receipt that the hub has signed too. */
  void receipt(byte[] body, UsageSigner signer) {
    keeper.receipt(UsageReceipt.Signed.decode(body), signer);
  }

  /** The order for a snapshot. */
  void snapshot(byte[] body) {
    SnapshotOrder order = Json.read(body, SnapshotOrder.class);
    parts
        .volumes()
        .orElseThrow(() -> new ZansocException(ErrorCode.NOT_FOUND, "this host has no volumes"))
        .snapshot(order.volume(), order.keep());
  }

  /** What this machine cannot, and why, for people. */
  List<String> missing() {
    return keeper
        .obstacle()
        .map(why -> List.of("no instances run: " + why))
        .orElse(parts.missing());
  }

  /** The volumes that are here. */
  List<HostVolumes.Kept> volumes() {
    return parts.volumes().map(HostVolumes::volumes).orElse(List.of());
  }

  int instances() {
    return keeper.count();
  }

  /** What the hub is told with each heartbeat. */
  ComputeOffer offer() {
    Compute configuration = lent;
    Optional<EngineInventory> inventory = keeper.inventory();
    return new ComputeOffer(
        inventory.map(has -> has.name() + " " + has.version()).orElse("none that answers"),
        keeper.lent(),
        keeper.free(),
        inventory.map(EngineInventory::gpus).orElse(List.of()),
        features(inventory),
        configuration.prices(),
        Optional.empty(),
        configuration.shortest(),
        configuration.longest());
  }

  private Set<Feature> features(Optional<EngineInventory> inventory) {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    if (inventory.isEmpty()) {
      return features;
    }
    Set<EngineInventory.Feature> has = inventory.get().features();
    if (parts.networks().isPresent() && has.contains(EngineInventory.Feature.LOCAL_PROCESSES)) {
      features.add(Feature.PRIVATE_NETWORK);
    }
    if (parts.volumes().isPresent() && has.contains(EngineInventory.Feature.LOCAL_PROCESSES)) {
      features.add(Feature.VOLUMES);
    }
    if (parts.images().takesStored() && has.contains(EngineInventory.Feature.IMAGE_ARCHIVES)) {
      features.add(Feature.STORED_IMAGES);
    }
    if (has.contains(EngineInventory.Feature.DISK_LIMIT)) {
      features.add(Feature.DISK_LIMIT);
    }
    if (has.contains(EngineInventory.Feature.USER_NAMESPACES)) {
      features.add(Feature.USER_NAMESPACES);
    }
    if (!inventory.get().runtimes().isEmpty()) {
      features.add(Feature.SANDBOX);
    }
    return features;
  }

  /** Stops to keep them; instances run on, so that an agent can be replaced by a newer one. */
  @Override
  public void close() {
    keeper.close();
    scheduler.close();
    writer.shutdown();
    parts.close();
  }
}
