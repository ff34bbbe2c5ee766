package cloud.zansoc.compute.host;

import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceOrder.Wanted;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceSpec;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.InstanceStatus.Health;
import cloud.zansoc.compute.api.InstanceStatus.State;
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

  private final InstanceReport report;

  // The rest is used by steps alone.
  private long doubted;
  private final Pauses failures = new Pauses();
  private final Membership membership;
  private long sizeRefused = -1;

  /**
   * @param last what was said of it last
   */
  InstanceWorker(InstanceStatus last, KeeperParts parts) {
    this.id = last.id();
    this.parts = parts;
    this.turns = new Turns(parts.scheduler(), "instance-" + id, this::step);
    this.health =
        new HealthWatch(
            id,
            new HealthProbe(parts.engine(), parts.scheduler()),
            parts.scheduler(),
            parts.clock(),
            this::wake);
    this.membership = new Membership(id, parts.networks());
    this.report = new InstanceReport(last, parts.clock(), health);
  }

  InstanceStatus status() {
    return report.status();
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
              report.repeat(removed.last());
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
    membership.leave();
    return Optional.empty();
  }

  /** What it is paid for is not known, nor is it known that nobody wants its data. */
  private Optional<Duration> holdStill(Kept.Damaged damaged) {
    if (runsNow()) {
      parts.engine().stop(id, STOP_GRACE);
    }
    report.say(State.FAILED, damaged.reason());
    return Optional.of(REST);
  }

  private boolean runsNow() {
    return isRunning(parts.engine().find(id));
  }

  private static boolean isRunning(Optional<EngineInstance> seen) {
    return seen.filter(found -> found.state() == EngineInstance.State.RUNNING).isPresent();
  }

  private Duration converge(Kept.Ordered kept) {
    InstanceOrder order = kept.order();
    report.follow(order);
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
    report.say(order, State.PREPARING, "what an earlier order made here gives way");
    parts.engine().remove(id);
    membership.leave();
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
    report.runs().notRunning();
    parts.book().note(id, now -> new Kept.Ordered(now.order(), Optional.empty(), false));
  }

  private Duration remove(Kept.Ordered kept, String reason) {
    InstanceOrder order = kept.order();
    report.say(order, State.STOPPED, "it is being removed");
    health.reset();
    boolean volumes = kept.made().filter(made -> !made.spec().volumes().isEmpty()).isPresent();
    if (volumes && runsNow()) {
      parts.engine().stop(id, STOP_GRACE); // So that its data are whole.
    }
    parts.engine().remove(id);
    membership.leave();
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
            report.runs().restarts(),
            report.status().exitCode(),
            report.runs().seconds());
    if (parts.book().remove(order, last)) {
      report.repeat(last);
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
          report.say(order, State.FENCED, silence());
          return SCAN;
        }
        stop(kept, seen.get());
      }
      case RUNNING -> stop(kept, seen.get());
    }
    membership.leave();
    health.reset();
    report.runs().notRunning();
    report.say(order, State.STOPPED, paid ? "" : "it is paid until " + order.paidUntil());
    Duration left = Duration.between(parts.clock().now(), end(order));
    return left.isPositive() ? sooner(REST, left) : SCAN;
  }

  private void stop(Kept.Ordered kept, EngineInstance seen) {
    if (seen.state() == EngineInstance.State.RUNNING) {
      report.runs().running(seen, parts.clock().nanos());
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
      report.say(order, State.FAILED, missing);
      return REST;
    }
    if (isFencable(order)) {
      long known = orders.get();
      if (parts.fence().isUp()) {
        doubted = known;
        return freeze(kept, seen);
      }
      if (isDoubted() && !isRunning(seen)) {
        report.say(order, State.FENCED, "it waits for the hub's word: it may run elsewhere by now");
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
    if (isRunning(seen)) {
      report.runs().running(seen.get(), parts.clock().nanos());
      if (canPause()) {
        parts.engine().pause(id);
      } else {
        parts.book().note(id, now -> now.halted(true));
        parts.engine().stop(id, Duration.ZERO);
      }
      LOG.warn("{} is frozen: {}", kept.order().spec(), silence());
    }
    report.runs().notRunning();
    health.reset();
    report.say(kept.order(), State.FENCED, silence());
    return SCAN;
  }

  private boolean canPause() {
    return parts.engine().inventory().features().contains(EngineInventory.Feature.PAUSE);
  }

  private Duration make(Kept.Ordered kept) {
    InstanceOrder order = kept.order();
    InstanceSpec spec = order.spec();
    report.say(order, State.PREPARING, "");
    Kept.Made made = new Kept.Made(order.generation(), spec);
    parts.book().note(id, now -> now.made(made).halted(false));
    interruption.during(() -> {
      Map<String, Path> folders = new HashMap<>();
      for (InstanceSpec.Volume volume : spec.volumes()) {
        report.say(order, State.PREPARING, "its volume " + volume.mount().volume() + " is fetched");
        folders.put(volume.id(), parts.volumes().orElseThrow().attach(volume, order.generation()));
      }
      String image =
          parts
              .images()
              .fetch(spec.image(), progress -> report.say(order, State.PREPARING, progress));
      parts.engine().create(spec.withImage(image), folders);
    });
    return AT_ONCE;
  }

  private Duration start(Kept.Ordered kept) {
    report.say(kept.order(), State.STARTING, "");
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
    membership.leave();
    if (kept.halted()) {
      return start(kept);
    }
    String end =
        seen.memoryExceeded()
            ? "it needed more memory than its " + order.spec().size().memory()
            : "its command ended with exit code "
                + seen.exitCode().map(String::valueOf).orElse("unknown");
    if (!isStartedAgain(order.spec().restart(), seen)) {
      report.runs().notRunning();
      report.say(order, State.EXITED, end, seen.exitCode());
      return REST;
    }
    Duration left = report.runs().untilRestart(seen, parts.clock().nanos());
    if (left.isPositive()) {
      String reason =
          report.runs().isCrashLoop()
              ? "crash loop: %s, %d times in a row within a minute; it starts again in %d s"
                  .formatted(end, report.runs().shortRuns(), left.toSeconds() + 1)
              : end;
      report.say(order, State.RESTARTING, reason, seen.exitCode());
      return left;
    }
    report.runs().restarted();
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
    membership.follow(order.network(), seen);
    report.runs().running(seen, parts.clock().nanos());
    String reason = resize(kept).or(health::reason).orElse("");
    Duration next = sooner(SCAN, Duration.between(parts.clock().now(), order.paidUntil()));
    if (order.spec().health().isPresent()) {
      next = sooner(next, health.look(order.spec().health().get()));
    }
    if (isFencable(order)) {
      next = sooner(next, parts.fence().untilUp().filter(Duration::isPositive).orElse(SCAN));
    }
    report.say(order, State.RUNNING, reason);
    return next;
  }

  /** Gives it the limits that are ordered; says why not, where the engine refuses. */
  private Optional<String> resize(Kept.Ordered kept) {
    InstanceSize wanted = kept.order().spec().size();
    boolean fits = kept.made().filter(made -> made.spec().size().equals(wanted)).isPresent();
    if (fits) {
      return Optional.empty();
    }
    if (sizeRefused == kept.order().revision()) {
      return Optional.of(report.status().reason());
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
    report.runs().notRunning();
    State before = report.status().state();
    boolean underWay =
        before == State.PREPARING || before == State.STARTING || before == State.RESTARTING;
    boolean hopeless = !failure.code().retryable() && underWay;
    report.say(hopeless ? State.FAILED : before, String.valueOf(failure.getMessage()));
    return failures.next();
  }

  private static Duration sooner(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
