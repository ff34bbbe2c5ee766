package cloud.zansoc.compute.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceOrder.Wanted;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.InstanceStatus.Health;
import cloud.zansoc.compute.api.InstanceStatus.State;
import cloud.zansoc.compute.api.UsageRequest;
import cloud.zansoc.compute.engine.Engine;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.EngineInventory;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the instances of a host as its hub ordered them: an order is durable before it is answered,
 * and whatever leads to the state that it names happens in the background, over and over, until it
 * is so: through failures of the engine and restarts of this program. Thread-safe.
 */
public final class InstanceKeeper implements AutoCloseable {
  /** The most instances whose removal is remembered. */
  private static final int MOST_REMOVED = 2_000;

  /** Of what is known by its id alone. */
  private static final long NO_GENERATION = -1;

  private static final Duration SAVE = Duration.ofSeconds(5);
  private static final Duration SURVEY = Duration.ofSeconds(60);
  private static final Logger LOG = LoggerFactory.getLogger(InstanceKeeper.class);

  private final KeeperParts parts;
  private final DurableFiles files;
  private final Runnable admission;
  private final ConcurrentMap<InstanceId, InstanceWorker> workers = new ConcurrentHashMap<>();
  private final Turns saving;
  private final Turns surveying;
  private final Turns metering;
  private final UsageMeter meter;
  private volatile Capacity lent;
  private volatile Optional<EngineInventory> inventory = Optional.empty();
  private volatile Optional<String> obstacle = Optional.empty();
  private volatile Optional<KeptProgress> saved = Optional.empty();

  /**
   * What a keeper works with.
   *
   * @param admission throws where the host takes no new instances
   */
  public record Ports(
      Engine engine,
      ImageKeeper images,
      Optional<VolumeKeeper> volumes,
      Optional<NetworkKeeper> networks,
      Runnable admission) {
    /** With images from registries only. */
    public Ports(
        Engine engine,
        Optional<VolumeKeeper> volumes,
        Optional<NetworkKeeper> networks,
        Runnable admission) {
      this(engine, new RegistryImages(engine), volumes, networks, admission);
    }
  }

  /** What makes things happen: a clock, threads, and one thread for what is written. */
  public record Drive(HubClock clock, Scheduler scheduler, Executor writer) {}

  /**
   * Opens what is kept in a folder, and begins to work.
   *
   * @param lent what all instances together may have
   * @throws ZansocException DAMAGED or FORBIDDEN where the folder cannot be used
   */
  public static InstanceKeeper open(Path folder, Capacity lent, Ports ports, Drive drive) {
    try {
      InstanceKeeper keeper = new InstanceKeeper(new DurableFiles(folder), lent, ports, drive);
      keeper.begin();
      return keeper;
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.FORBIDDEN,
          "the instances' folder %s cannot be used: %s".formatted(folder, e.getMessage()),
          e);
    }
  }

  private InstanceKeeper(DurableFiles files, Capacity lent, Ports ports, Drive drive)
      throws IOException {
    this.files = files;
    this.lent = lent;
    this.admission = ports.admission();
    this.parts =
        new KeeperParts(
            ports.engine(),
            ports.images(),
            ports.volumes(),
            ports.networks(),
            OrderBook.open(files, drive.writer()),
            drive.clock(),
            new Fence(drive.clock()),
            drive.scheduler());
    this.saving = new Turns(drive.scheduler(), "instance-progress", this::save);
    this.surveying = new Turns(drive.scheduler(), "instance-survey", this::survey);
    this.meter = new UsageMeter(new DurableFiles(files.folder().resolve("usage")), parts);
    this.metering = new Turns(drive.scheduler(), "instance-usage", this::meter);
  }

  private void begin() {
    KeptProgress progress = KeptProgress.read(files);
    progress.heard().ifPresent(heard -> parts.fence().restore(heard, progress.replacedAfter()));
    Map<InstanceId, InstanceStatus> before = progress.byId();
    for (Kept kept : parts.book().all()) {
      InstanceStatus last =
          switch (kept) {
            case Kept.Ordered ordered -> last(ordered.order(), before.get(kept.id()));
            case Kept.Removed removed -> removed.last();
            case Kept.Damaged damaged -> unknown(kept.id(), NO_GENERATION, 0, State.FAILED);
          };
      InstanceWorker worker = new InstanceWorker(last, parts);
      workers.put(kept.id(), worker);
      if (!(kept instanceof Kept.Removed)) {
        worker.wake();
      }
    }
    saving.wake();
    surveying.wake();
    metering.wake();
  }

  private InstanceStatus last(InstanceOrder order, @Nullable InstanceStatus before) {
    return before != null && before.generation() == order.generation()
        ? before
        : unknown(order.spec().id(), order.generation(), order.revision(), State.PREPARING);
  }

  private InstanceStatus unknown(InstanceId id, long generation, long revision, State state) {
    return new InstanceStatus(
        id,
        generation,
        revision,
        state,
        Health.UNKNOWN,
        "",
        parts.clock().now(),
        0,
        Optional.empty(),
        0);
  }

  /**
   * Takes the hub's order; it is durable when this returns.
   *
   * @return what is seen of the instance now
   * @throws ZansocException CONFLICT for an order older than one that was taken, NO_SPACE for more
   *     than this host lends, and what the admission throws
   */
  public InstanceStatus order(InstanceOrder order) {
    heard();
    InstanceId id = order.spec().id();
    Optional<Kept> before = parts.book().find(id);
    Kept after = parts.book().accept(order, lent(), admission, parts.clock().now());
    if (after instanceof Kept.Removed removed) {
      return removed.last();
    }
    InstanceWorker worker = worker(order);
    worker.ordered(isOtherwise(before, order));
    return worker.status();
  }

  private InstanceWorker worker(InstanceOrder order) {
    return workers.computeIfAbsent(
        order.spec().id(),
        id ->
            new InstanceWorker(
                unknown(id, order.generation(), order.revision(), State.PREPARING), parts));
  }

  private static boolean isOtherwise(Optional<Kept> before, InstanceOrder order) {
    return before.isPresent()
        && before.get() instanceof Kept.Ordered ordered
        && (order.wanted() != Wanted.RUNNING
            || !new Kept.Made(ordered.order().generation(), ordered.order().spec()).suits(order));
  }

  /** What is seen of all instances that are known here, those that were removed included. */
  public List<InstanceStatus> statuses() {
    return parts.book().all().stream()
        .map(kept ->
            switch (kept) {
              case Kept.Removed removed -> removed.last();
              case Kept.Ordered ordered -> status(kept.id());
              case Kept.Damaged damaged -> status(kept.id());
            })
        .sorted(Comparator.comparing(InstanceStatus::since))
        .toList();
  }

  private InstanceStatus status(InstanceId id) {
    InstanceWorker worker = workers.get(id);
    return worker == null ? unknown(id, NO_GENERATION, 0, State.PREPARING) : worker.status();
  }

  /**
   * The same, after forgetting the removed ones that the hub does not name: it has no order left
   * for them.
   */
  public List<InstanceStatus> statuses(Set<InstanceId> listed) {
    for (Kept kept : parts.book().all()) {
      if (kept instanceof Kept.Removed && !listed.contains(kept.id())) {
        forget(kept.id());
      }
    }
    return statuses();
  }

  private void forget(InstanceId id) {
    parts.book().forget(id);
    if (parts.book().find(id).isEmpty()) {
      meter.forget(id);
      InstanceWorker worker = workers.remove(id);
      if (worker != null) {
        worker.close();
      }
    }
  }

  /** The hub has said something: it is there. */
  public void heard() {
    parts.fence().heard();
  }

  /**
   * The hub's heartbeat.
   *
   * @param hubNow what its clock shows
   * @param replacedAfter how long it waits for a silent host before its instances run elsewhere
   */
  public void heard(Instant hubNow, Optional<Duration> replacedAfter) {
    parts.clock().set(hubNow);
    heard();
    if (!parts.fence().replacedAfter().equals(replacedAfter)) {
      parts.fence().replacedAfter(replacedAfter);
      saving.wake();
    }
  }

  /** How the hub was to be reached last. */
  public void reach(Fence.Reach reach) {
    parts.fence().reach(reach);
  }

  /** From now on this is lent; what is promised already stays promised. */
  public void lend(Capacity capacity) {
    lent = capacity;
  }

  /** What all instances together may have: what is lent, as far as the engine has it. */
  public Capacity lent() {
    Capacity wanted = lent;
    return inventory
        .map(has ->
            wanted.least(
                new Capacity(has.milliVcpus(), has.memory(), has.disk(), has.gpus().size())))
        .orElse(wanted);
  }

  /** What can still be promised; nothing while the engine does not answer. */
  public Capacity free() {
    return inventory.isEmpty() ? Amounts.NOTHING : lent().minus(parts.book().promised());
  }

  /** What the engine has and can do; none while it does not answer. */
  public Optional<EngineInventory> inventory() {
    return inventory;
  }

  /** Why nothing can run while the engine does not answer, for people; none while it does. */
  public Optional<String> obstacle() {
    return obstacle;
  }

  /** How many instances are ordered here. */
  public int count() {
    return (int)
        parts.book().all().stream().filter(kept -> !(kept instanceof Kept.Removed)).count();
  }

  /**
   * The engine, for use of an instance that runs as it was ordered last.
   *
   * @throws ZansocException NOT_FOUND where it is not ordered here, CONFLICT where it does not run
   */
  public Engine engineOf(InstanceId id) {
    Kept.Ordered kept = requireOrdered(id);
    InstanceStatus seen = status(id);
    if (seen.state() != State.RUNNING || seen.generation() != kept.order().generation()) {
      throw doesNotRun(kept, seen);
    }
    return parts.engine();
  }

  /**
   * The same, for what can also be had of an instance that does not run: its logs and files.
   *
   * @throws ZansocException NOT_FOUND, CONFLICT where it is not made yet
   */
  public Engine engineOfMade(InstanceId id) {
    Kept.Ordered kept = requireOrdered(id);
    if (kept.made().filter(made -> made.suits(kept.order())).isEmpty()) {
      throw doesNotRun(kept, status(id));
    }
    return parts.engine();
  }

  private Kept.Ordered requireOrdered(InstanceId id) {
    if (parts.book().find(id).orElse(null) instanceof Kept.Ordered ordered) {
      return ordered;
    }
    throw new ZansocException(ErrorCode.NOT_FOUND, "instance " + id + " is not on this host");
  }

  private static ZansocException doesNotRun(Kept.Ordered kept, InstanceStatus seen) {
    return new ZansocException(
        ErrorCode.CONFLICT,
        "%s does not run, it is %s%s"
            .formatted(
                kept.order().spec(),
                seen.state(),
                seen.reason().isEmpty() ? "" : ": " + seen.reason()));
  }

  /** Writes down how far the instances are; what is written seldom costs little when they rest. */
  private Optional<Duration> save() {
    KeptProgress progress =
        new KeptProgress(
            parts.fence().lastHeard(),
            parts.fence().replacedAfter(),
            parts.book().all().stream()
                .filter(kept -> kept instanceof Kept.Ordered)
                .map(kept -> status(kept.id()))
                .toList());
    boolean empty = progress.instances().isEmpty();
    boolean wasEmpty = saved.filter(before -> !before.instances().isEmpty()).isEmpty();
    if (!(empty && wasEmpty)) {
      try {
        progress.write(files);
        saved = Optional.of(progress);
      } catch (IOException e) {
        LOG.warn("how long instances have run cannot be written: {}", e.getMessage());
      }
    }
    return Optional.of(SAVE);
  }

  private Optional<Duration> meter() {
    for (Kept kept : parts.book().all()) {
      if (kept instanceof Kept.Ordered) {
        meter.look(status(kept.id()));
      }
    }
    return Optional.of(UsageMeter.LOOK);
  }

  /**
   * Signs what an instance has used; durable when this returns.
   *
   * @throws ZansocException NOT_FOUND where it was never here in this generation, CONFLICT where
   *     another receipt has this number
   */
  public UsageReceipt.HostSigned usage(UsageRequest request, UsageSigner signer) {
    InstanceStatus status =
        switch (parts.book().find(request.instance()).orElse(null)) {
          case null ->
              throw new ZansocException(
                  ErrorCode.NOT_FOUND, "instance " + request.instance() + " is not on this host");
          case Kept.Removed removed -> removed.last();
          case Kept.Ordered _, Kept.Damaged _ -> status(request.instance());
        };
    return meter.sign(request, status, signer);
  }

  /** Keeps the newest receipt of an instance, signed by this host and its hub. */
  public void receipt(UsageReceipt.Signed receipt, UsageSigner signer) {
    meter.keep(receipt, signer);
  }

  /** Looks what the engine has, and whether it has instances that are nobody's. */
  private Optional<Duration> survey() {
    boolean away = inventory.isEmpty();
    try {
      inventory = Optional.of(parts.engine().inventory());
      obstacle = Optional.empty();
      Set<InstanceId> found = new HashSet<>();
      parts.engine().instances().stream().map(EngineInstance::id).forEach(found::add);
      for (InstanceId id : found) {
        if (parts.book().find(id).filter(kept -> !(kept instanceof Kept.Removed)).isEmpty()) {
          orphan(id).wake();
        }
      }
      forgetTheOldest();
      parts.images().keep(imagesInUse());
    } catch (ZansocException e) {
      if (!away) {
        LOG.warn("the engine does not answer: {}", e.getMessage());
      }
      inventory = Optional.empty();
      obstacle = Optional.of(String.valueOf(e.getMessage()));
      return Optional.of(SAVE);
    }
    for (Kept kept : parts.book().all()) {
      if (kept instanceof Kept.Ordered ordered) {
        worker(ordered.order()).wake();
      }
    }
    return Optional.of(SURVEY);
  }

  /** By what is ordered, and by what stands here of the orders before. */
  private Set<String> imagesInUse() {
    Set<String> images = new HashSet<>();
    for (Kept kept : parts.book().all()) {
      if (kept instanceof Kept.Ordered ordered) {
        images.add(ordered.order().spec().image());
        ordered.made().ifPresent(made -> images.add(made.spec().image()));
      }
    }
    return images;
  }

  private InstanceWorker orphan(InstanceId id) {
    return workers.computeIfAbsent(
        id, key -> new InstanceWorker(unknown(key, NO_GENERATION, 0, State.REMOVED), parts));
  }

  private void forgetTheOldest() {
    List<InstanceStatus> removed =
        statuses().stream().filter(status -> status.state() == State.REMOVED).toList();
    removed.stream()
        .limit(Math.max(0, removed.size() - MOST_REMOVED))
        .forEach(status -> forget(status.id()));
  }

  /** Stops to work; instances run on. */
  @Override
  public void close() {
    saving.close();
    surveying.close();
    metering.close();
    workers.values().forEach(InstanceWorker::close);
    save();
  }

  /**
   * Takes away everything that keepers have left on a machine, whoever ordered it: the host leaves.
   *
   * @return how many instances there were
   */
  public static int removeAll(Engine engine, Optional<NetworkKeeper> networks) {
    List<EngineInstance> found = engine.instances();
    for (EngineInstance instance : found) {
      engine.remove(instance.id());
      networks.ifPresent(network -> network.leave(instance.id()));
    }
    return found.size();
  }
}
