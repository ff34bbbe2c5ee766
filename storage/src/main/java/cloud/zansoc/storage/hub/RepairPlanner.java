package cloud.zansoc.storage.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps redundancy up: looks for segments that miss positions, the most endangered first, and has
 * them repaired, a few at a time. What a hub that dies leaves half done ends by the expiry of its
 * reservation, and is planned anew; several hubs on one database do not take the same segment.
 */
public final class RepairPlanner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RepairPlanner.class);

  /** How many segments are looked at beyond those that wait for their next attempt. */
  private static final int LOOK_AHEAD = 64;

  /** The most segments that wait for their next attempt; the rest is looked at again. */
  private static final int MAX_POSTPONED = 10_000;

  /** A reservation outlives its repair by this, which covers several executors in turn. */
  private static final int TIMEOUTS_PER_RESERVATION = 5;

  private final RepairStore store;
  private final HostDirectory hosts;
  private final Placement placement;
  private final RepairDispatcher dispatcher;
  private final RepairSettings settings;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<ShardId, Postponed> postponed = new ConcurrentHashMap<>();
  private final Set<ShardId> running = ConcurrentHashMap.newKeySet();
  private final Phaser idle = new Phaser(1);

  public RepairPlanner(
      RepairStore store,
      HostDirectory hosts,
      Placement placement,
      RepairDispatcher dispatcher,
      RepairSettings settings) {
    this.store = store;
    this.hosts = hosts;
    this.placement = placement;
    this.dispatcher = dispatcher;
    this.settings = settings;
  }

  /**
   * @param avoid hosts that failed as targets
   */
  private record Postponed(Instant until, Set<PeerId> avoid) {}

  /**
   * Starts repairs up to the number that may run at a time, and does not wait for them. Called by
   * one thread at a time, every few seconds.
   *
   * @return how many it started
   */
  public int tick(Instant now) {
    postponed.values().removeIf(waiting -> waiting.avoid.isEmpty() && !now.isBefore(waiting.until));
    int free = settings.concurrent() - running.size();
    if (free <= 0) {
      return 0;
    }
    Map<PeerId, StorageHost> all = new HashMap<>();
    hosts.hosts().forEach(host -> all.put(host.id(), host));
    Set<PeerId> going =
        all.values().stream()
            .filter(StorageHost::going)
            .map(StorageHost::id)
            .collect(Collectors.toSet());
    List<EndangeredSegment> candidates =
        store.endangered(
            going, now.minus(settings.incompleteAfter()), LOOK_AHEAD + postponed.size());
    int started = 0;
    for (EndangeredSegment segment : candidates) {
      if (started < free && start(segment, all, now)) {
        started++;
      }
    }
    return started;
  }

  private boolean start(EndangeredSegment segment, Map<PeerId, StorageHost> all, Instant now) {
    ShardId shard = segment.shard();
    Postponed waiting = postponed.getOrDefault(shard, new Postponed(now, Set.of()));
    if (now.isBefore(waiting.until) || running.contains(shard)) {
      return false;
    }
    Optional<RepairPlan> plan = RepairPlan.of(segment, all, placement, waiting.avoid);
    if (plan.isEmpty()) {
      postpone(shard, now, Set.of());
      return false;
    }
    Map<Integer, PeerId> targets = new HashMap<>();
    plan.get().targets().forEach((position, host) -> targets.put(position, host.id()));
    Duration lifetime = settings.timeout().multipliedBy(TIMEOUTS_PER_RESERVATION);
    if (!store.begin(shard, targets, now.plus(lifetime))) {
      return false;
    }
    running.add(shard);
    idle.register();
    threads.execute(() -> carryOut(plan.get(), targets, now));
    return true;
  }

  private void carryOut(RepairPlan plan, Map<Integer, PeerId> targets, Instant now) {
    ShardId shard = plan.segment().shard();
    Map<Integer, PeerId> restored = Map.of();
    try {
      restored = dispatcher.execute(plan, settings.timeout());
    } catch (ZansocException e) {
      LOG.warn("{} was not repaired: {}", plan.segment().index(), e.getMessage());
    } finally {
      finish(shard, targets, restored, now);
    }
  }

  private void finish(
      ShardId shard, Map<Integer, PeerId> targets, Map<Integer, PeerId> restored, Instant now) {
    try {
      Set<PeerId> failed = new HashSet<>(targets.values());
      failed.removeAll(restored.values());
      if (failed.isEmpty()) {
        postponed.remove(shard);
      } else {
        postpone(shard, now, failed);
      }
      store.finish(shard, restored);
    } finally {
      running.remove(shard);
      idle.arriveAndDeregister();
    }
  }

  private void postpone(ShardId shard, Instant now, Set<PeerId> avoid) {
    if (postponed.size() < MAX_POSTPONED) {
      postponed.put(shard, new Postponed(now.plus(settings.retryAfter()), avoid));
    }
  }

  /** Waits until no repair runs. */
  public void awaitIdle() {
    idle.arriveAndAwaitAdvance();
  }

  /** Interrupts repairs under way and waits for them to end. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
