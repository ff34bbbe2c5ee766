package cloud.zansoc.compute.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceOrder.Wanted;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.InstanceStatus.Health;
import cloud.zansoc.compute.api.InstanceStatus.State;
import cloud.zansoc.compute.api.PrivateNetwork;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.engine.EngineInstance;
import cloud.zansoc.compute.engine.EngineInventory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one instance to what is ordered, in steps that each begin with a look at the engine. What
 * it changes it changes in steps only, which come one at a time; the rest is thread-safe.
 */
final class InstanceWorker {
  /** How long an instance that runs is not looked at. */
  static final Duration SCAN = Duration.ofSeconds(2);

  /** How long one is not looked at that does not run and has nothing to wait for. */
  static final Duration REST = Duration.ofSeconds(60);

  /** What a command gets to end by itself. */
  static final Duration STOP_GRACE = Duration.ofSeconds(10);

  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Logger LOG = LoggerFactory.getLogger(InstanceWorker.class);

  private final InstanceId id;
  private final KeeperParts parts;
  private final Turns turns;
  private final HealthWatch health;
  private final Interruption interruption = new Interruption();

  /** Counts the hub's orders for this instance, each of which says that it belongs here. */
  private final AtomicLong orders = new AtomicLong();

  private volatile InstanceStatus status;

  // The rest is used by steps alone.
  private long doubted;
  private final Pauses failures = new Pauses();
  private Runs runs;
  private Optional<Joined> joined = Optional.empty();
  private boolean mayBeMember = true;
  private long sizeRefused = -1;

  /** As which process it is in which place of a network. */
  private record Joined(long process, PrivateNetwork place) {}

  /**
   * @param last what was said of it last
   */
  InstanceWorker(InstanceStatus last, KeeperParts parts) {
    this.id = last.id();
    this.parts = parts;
    this.status = last;
    this.turns = new Turns(parts.scheduler(), "instance-" + id, this::step);
    this.runs = new Runs(Duration.ofSeconds(last.runningSeconds()), last.restarts());
    this.health =
        new HealthWatch(
            id,
            new HealthProbe(parts.engine(), parts.scheduler()),
            parts.scheduler(),
            parts.clock(),
            this::wake);
  }

  InstanceStatus status() {
    return status;
  }

  /** Has a look soon. */
  void wake() {
    turns.wake();
  }

  /**
   * The hub has given an order for it, or the same again.
   *
   * @param otherwise whether what is being made for the order before is not wanted any more
   */
  void ordered(boolean otherwise) {
    orders.incrementAndGet();
    if (otherwise) {
      interruption.interrupt();
    }
    wake();
  }

  /** Takes no step more. */
  void close() {
    turns.close();
    interruption.interrupt();
  }

  private Optional<Duration> step() {
    Optional<Kept> kept = parts.book().find(id);
    try {
      Optional<Duration> next =
          switch (kept.orElse(null)) {
            case null -> sweep();
            case Kept.Removed removed -> {
              status = removed.last();
              yield sweep();
            }
            case Kept.Damaged damaged -> holdStill(damaged);
            case Kept.Ordered ordered -> Optional.of(converge(ordered));
          };
      failures.reset();
      return next;
    } catch (ZansocException e) {
      return Optional.of(failed(e));
    }
  }

  /** Nothing of it belongs here. */
  private Optional<Duration> sweep() {
    if (parts.engine().find(id).isPresent()) {
      LOG.info("instance {} is not ordered here, and is removed", id);
      parts.engine().remove(id);
    }
    leaveNetwork();
    return Optional.empty();
  }

  /** What it is paid for is not known, nor is it known that nobody wants its data. */
  private Optional<Duration> holdStill(Kept.Damaged damaged) {
    Optional<EngineInstance> seen = parts.engine().find(id);
    if (seen.filter(found -> found.state() == EngineInstance.State.RUNNING).isPresent()) {
      parts.engine().stop(id, STOP_GRACE);
    }
    say(status.generation(), status.revision(), State.FAILED, damaged.reason());
    return Optional.of(REST);
  }

  private Duration converge(Kept.Ordered kept) {
    InstanceOrder order = kept.order();
    if (order.generation() != status.generation()) {
      runs = new Runs(Duration.ZERO, 0);
      say(order, State.PREPARING, "", Optional.empty());
    }
    if (order.wanted() == Wanted.REMOVED) {
      return remove(kept, "");
    }
    if (parts.clock().surely().filter(sure -> !sure.isBefore(end(order))).isPresent()) {
      return remove(
          kept,
          "paid until %s, and its data kept until %s"
              .formatted(order.paidUntil(), order.keepUntil()));
    }
    Optional<EngineInstance> seen = parts.engine().find(id);
    if (!kept.made().map(made -> made.suits(order)).orElse(seen.isEmpty())) {
      discard(kept);
      return AT_ONCE;
    }
    boolean paid = parts.clock().now().isBefore(order.paidUntil());
    if (order.wanted() == Wanted.STOPPED || !paid) {
      return halt(kept, seen, paid);
    }
    return run(kept, seen);
  }

  /** From when on nothing of it is kept. */
  private static Instant end(InstanceOrder order) {
    return order.keepUntil().isAfter(order.paidUntil()) ? order.keepUntil() : order.paidUntil();
  }

  /**
   * Takes away what an earlier order made; volumes stay where the same generation still has them.
   */
  private void discard(Kept.Ordered kept) {
    InstanceOrder order = kept.order();
    say(order, State.PREPARING, "what an earlier order made here gives way");
    parts.engine().remove(id);
    leaveNetwork();
    kept.made()
        .ifPresent(made -> {
          boolean same = made.generation() == order.generation();
          for (InstanceSpec.Volume volume : made.spec().volumes()) {
            if (!same
                || order.spec().volumes().stream().noneMatch(of -> of.id().equals(volume.id()))) {
              detach(volume, made.generation(), same);
            }
          }
        });
    runs.notRunning();
    parts.book().note(id, now -> new Kept.Ordered(now.order(), Optional.empty(), false));
  }

  private Duration remove(Kept.Ordered kept, String reason) {
    InstanceOrder order = kept.order();
    say(order, State.STOPPED, "it is being removed");
    health.reset();
    boolean runsNow =
        parts
            .engine()
            .find(id)
            .filter(seen -> seen.state() == EngineInstance.State.RUNNING)
            .isPresent();
    boolean volumes = kept.made().filter(made -> !made.spec().volumes().isEmpty()).isPresent();
    if (runsNow && volumes) {
      parts.engine().stop(id, STOP_GRACE); // So that its data are whole.
    }
    parts.engine().remove(id);
    leaveNetwork();
    kept.made()
        .ifPresent(made ->
            made.spec()
                .volumes()
                .forEach(volume ->
                    detach(volume, made.generation(), made.generation() == order.generation())));
    InstanceStatus last =
        new InstanceStatus(
            id,
            order.generation(),
            order.revision(),
            State.REMOVED,
            Health.UNKNOWN,
            reason,
            parts.clock().now(),
            runs.restarts(),
            status.exitCode(),
            runs.seconds());
    if (parts.book().remove(order, last)) {
      status = last;
      LOG.info("{} is removed", order.spec());
      return REST;
    }
    return AT_ONCE;
  }

  private void detach(InstanceSpec.Volume volume, long generation, boolean last) {
    parts.volumes().ifPresent(volumes -> volumes.detach(volume, generation, last));
  }

  private Duration halt(Kept.Ordered kept, Optional<EngineInstance> seen, boolean paid) {
    InstanceOrder order = kept.order();
    switch (seen.map(EngineInstance::state).orElse(null)) {
      case null -> {}
      case CREATED -> {}
      case EXITED -> {
        if (paid && !kept.halted()) {
          parts.book().note(id, now -> now.halted(true));
        }
      }
      case PAUSED -> {
        if (isFencable(order) && isDoubted()) {
          say(order, State.FENCED, silence());
          return SCAN;
        }
        stop(kept, seen.get());
      }
      case RUNNING -> stop(kept, seen.get());
    }
    leaveNetwork();
    health.reset();
    runs.notRunning();
    say(order, State.STOPPED, paid ? "" : "it is paid until " + order.paidUntil());
    Duration left = Duration.between(parts.clock().now(), end(order));
    return left.isPositive() ? sooner(REST, left) : SCAN;
  }

  private void stop(Kept.Ordered kept, EngineInstance seen) {
    if (seen.state() == EngineInstance.State.RUNNING) {
      runs.running(seen, parts.clock().nanos());
    }
    if (!kept.halted()) {
      parts.book().note(id, now -> now.halted(true));
    }
    parts.engine().stop(id, STOP_GRACE);
  }

  private Duration run(Kept.Ordered kept, Optional<EngineInstance> seen) {
    InstanceOrder order = kept.order();
    String missing = missing(order);
    if (!missing.isEmpty()) {
      say(order, State.FAILED, missing);
      return REST;
    }
    if (isFencable(order)) {
      long known = orders.get();
      if (parts.fence().isUp()) {
        doubted = known;
        return freeze(kept, seen);
      }
      boolean runsNow =
          seen.filter(found -> found.state() == EngineInstance.State.RUNNING).isPresent();
      if (isDoubted() && !runsNow) {
        say(order, State.FENCED, "it waits for the hub's word: it may run elsewhere by now");
        return SCAN;
      }
    }
    return switch (seen.map(EngineInstance::state).orElse(null)) {
      case null -> make(kept);
      case CREATED -> start(kept);
      case EXITED -> ended(kept, seen.get());
      case PAUSED -> {
        parts.engine().unpause(id);
        yield AT_ONCE;
      }
      case RUNNING -> running(kept, seen.get());
    };
  }

  private String missing(InstanceOrder order) {
    if (!order.spec().volumes().isEmpty() && parts.volumes().isEmpty()) {
      return "this host has no volumes";
    }
    if (order.network().isPresent() && parts.networks().isEmpty()) {
      return "this host's instances cannot be in private networks";
    }
    return "";
  }

  /** Whether two of it at once would do harm. */
  private static boolean isFencable(InstanceOrder order) {
    return !order.spec().volumes().isEmpty() || order.network().isPresent();
  }

  /** Whether the hub has not said since the last long silence that it belongs here. */
  private boolean isDoubted() {
    return orders.get() <= doubted;
  }

  private String silence() {
    return "the hub has been silent for %d s: it may run elsewhere by now"
        .formatted(parts.fence().silence().toSeconds());
  }

  private Duration freeze(Kept.Ordered kept, Optional<EngineInstance> seen) {
    if (seen.filter(found -> found.state() == EngineInstance.State.RUNNING).isPresent()) {
      runs.running(seen.get(), parts.clock().nanos());
      if (canPause()) {
        parts.engine().pause(id);
      } else {
        parts.book().note(id, now -> now.halted(true));
        parts.engine().stop(id, Duration.ZERO);
      }
      LOG.warn("{} is frozen: {}", kept.order().spec(), silence());
    }
    runs.notRunning();
    health.reset();
    say(kept.order(), State.FENCED, silence());
    return SCAN;
  }

  private boolean canPause() {
    return parts.engine().inventory().features().contains(EngineInventory.Feature.PAUSE);
  }

  private Duration make(Kept.Ordered kept) {
    InstanceOrder order = kept.order();
    InstanceSpec spec = order.spec();
    say(order, State.PREPARING, "");
    Kept.Made made = new Kept.Made(order.generation(), spec);
    parts.book().note(id, now -> now.made(made).halted(false));
    interruption.during(() -> {
      Map<String, Path> folders = new HashMap<>();
      for (InstanceSpec.Volume volume : spec.volumes()) {
        say(order, State.PREPARING, "its volume " + volume.mount().volume() + " is fetched");
        folders.put(volume.id(), parts.volumes().orElseThrow().attach(volume, order.generation()));
      }
      if (!parts.engine().hasImage(spec.image())) {
        say(order, State.PREPARING, "its image is fetched");
        parts.engine().pullImage(spec.image(), progress -> say(order, State.PREPARING, progress));
      }
      parts.engine().create(spec, folders);
    });
    return AT_ONCE;
  }

  private Duration start(Kept.Ordered kept) {
    say(kept.order(), State.STARTING, "");
    health.reset();
    parts.engine().start(id);
    if (kept.halted()) {
      // Afterwards: killed between the two, it would be taken for one that ended by itself.
      parts.book().note(id, now -> now.halted(false));
    }
    return AT_ONCE;
  }

  private Duration ended(Kept.Ordered kept, EngineInstance seen) {
    InstanceOrder order = kept.order();
    health.reset();
    leaveNetwork();
    if (kept.halted()) {
      return start(kept);
    }
    String end =
        seen.memoryExceeded()
            ? "it needed more memory than its " + order.spec().size().memory()
            : "its command ended with exit code "
                + seen.exitCode().map(String::valueOf).orElse("unknown");
    if (!isStartedAgain(order.spec().restart(), seen)) {
      runs.notRunning();
      say(order, State.EXITED, end, seen.exitCode());
      return REST;
    }
    Duration left = runs.untilRestart(seen, parts.clock().nanos());
    if (left.isPositive()) {
      String reason =
          runs.isCrashLoop()
              ? "crash loop: %s, %d times in a row within a minute; it starts again in %d s"
                  .formatted(end, runs.shortRuns(), left.toSeconds() + 1)
              : end;
      say(order, State.RESTARTING, reason, seen.exitCode());
      return left;
    }
    runs.restarted();
    return start(kept);
  }

  private static boolean isStartedAgain(RestartPolicy policy, EngineInstance seen) {
    return switch (policy) {
      case ALWAYS -> true;
      case ON_FAILURE -> !seen.exitCode().equals(Optional.of(0));
      case NEVER -> false;
    };
  }

  private Duration running(Kept.Ordered kept, EngineInstance seen) {
    InstanceOrder order = kept.order();
    if (kept.halted()) {
      parts.book().note(id, now -> now.halted(false));
    }
    joinNetwork(order, seen);
    runs.running(seen, parts.clock().nanos());
    String reason = resize(kept).or(health::reason).orElse("");
    Duration next = sooner(SCAN, Duration.between(parts.clock().now(), order.paidUntil()));
    if (order.spec().health().isPresent()) {
      next = sooner(next, health.look(order.spec().health().get()));
    }
    if (isFencable(order)) {
      next = sooner(next, parts.fence().untilUp().filter(Duration::isPositive).orElse(SCAN));
    }
    say(order, State.RUNNING, reason);
    return next;
  }

  private void joinNetwork(InstanceOrder order, EngineInstance seen) {
    if (order.network().isEmpty()) {
      leaveNetwork();
      return;
    }
    long process =
        seen.process()
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.UNSUPPORTED,
                    "instances of this host's engine cannot be in private networks"));
    Joined wanted = new Joined(process, order.network().get());
    if (!joined.equals(Optional.of(wanted))) {
      mayBeMember = true;
      parts.networks().orElseThrow().join(id, process, wanted.place());
      joined = Optional.of(wanted);
    }
  }

  private void leaveNetwork() {
    if (mayBeMember) {
      parts.networks().ifPresent(networks -> networks.leave(id));
      mayBeMember = false;
      joined = Optional.empty();
    }
  }

  /** Gives it the limits that are ordered; says why not, where the engine refuses. */
  private Optional<String> resize(Kept.Ordered kept) {
    InstanceSize wanted = kept.order().spec().size();
    boolean fits = kept.made().filter(made -> made.spec().size().equals(wanted)).isPresent();
    if (fits) {
      return Optional.empty();
    }
    if (sizeRefused == kept.order().revision()) {
      return Optional.of(status.reason());
    }
    try {
      parts.engine().resize(id, wanted);
    } catch (ZansocException e) {
      if (e.code().retryable()) {
        throw e;
      }
      sizeRefused = kept.order().revision();
      return Optional.of("it keeps its size: " + e.getMessage());
    }
    parts.book().note(id, now -> now.made(now.made().orElseThrow().resized(wanted)));
    return Optional.empty();
  }

  private Duration failed(ZansocException failure) {
    LOG.info("instance {}: {}", id, failure.getMessage());
    runs.notRunning();
    State before = status.state();
    boolean underWay =
        before == State.PREPARING || before == State.STARTING || before == State.RESTARTING;
    boolean hopeless = !failure.code().retryable() && underWay;
    say(
        status.generation(),
        status.revision(),
        hopeless ? State.FAILED : before,
        String.valueOf(failure.getMessage()));
    return failures.next();
  }

  private void say(InstanceOrder order, State state, String reason) {
    say(order.generation(), order.revision(), state, reason);
  }

  private void say(InstanceOrder order, State state, String reason, Optional<Integer> exitCode) {
    publish(order.generation(), order.revision(), state, reason, exitCode);
  }

  private void say(long generation, long revision, State state, String reason) {
    publish(generation, revision, state, reason, status.exitCode());
  }

  private void publish(
      long generation, long revision, State state, String reason, Optional<Integer> exitCode) {
    InstanceStatus before = status;
    boolean same = before.state() == state && before.generation() == generation;
    status =
        new InstanceStatus(
            id,
            generation,
            revision,
            state,
            state == State.RUNNING ? health.health() : Health.UNKNOWN,
            reason,
            same ? before.since() : parts.clock().now(),
            runs.restarts(),
            exitCode,
            runs.seconds());
  }

  private static Duration sooner(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
