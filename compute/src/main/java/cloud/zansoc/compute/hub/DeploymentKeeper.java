package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Orders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every deployment as its owner wants it. A deployment has one turn at a time: what is kept
 * of it is read, what follows is decided and written, and only then done; what is done is safe to
 * be done again. Whoever learns something wakes the deployments concerned, and {@link #tick} sees
 * to those whose time has come. Thread-safe.
 */
public final class DeploymentKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(DeploymentKeeper.class);
  private static final int MOST_STEPS = 50;
  private static final int MOST_ATTEMPTS = 20;
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration BUSY = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofSeconds(10);

  private final ComputeStore store;
  private final Parts parts;
  private final Clock clock;
  private final Executor executor;
  private final Reconciler reconciler;
  private final LeaseOrders orders;

  /** Deployments at work: TRUE where there is more to do after this turn. */
  private final Map<Digest, Boolean> working = new ConcurrentHashMap<>();

  private final Map<Digest, Instant> due = new ConcurrentHashMap<>();

  /** Those of them that wait for something. */
  private final Set<Digest> busy = ConcurrentHashMap.newKeySet();

  private final Map<PeerId, HostWatch.Condition> conditions = new ConcurrentHashMap<>();
  private final Set<PeerId> probed = ConcurrentHashMap.newKeySet();

  /**
   * What it works with.
   *
   * @param payments none where the hub has no ledger; {@code offers} likewise
   * @param usage signs receipts
   */
  public record Parts(
      HostWatch watch,
      HostOrders orders,
      Matcher matcher,
      Optional<LeasePayments> payments,
      Optional<OfferCheck> offers,
      Optional<PrivateNetworks> networks,
      InstanceVolumes volumes,
      Endpoints endpoints,
      UsageSeal usage) {}

  /**
   * How it runs.
   *
   * @param executor on which turns, probes and orders run
   */
  public record Surroundings(Clock clock, RandomGenerator random, Executor executor) {}

  public DeploymentKeeper(
      ComputeStore store, Parts parts, ComputeSettings settings, Surroundings surroundings) {
    this.store = store;
    this.parts = parts;
    this.clock = surroundings.clock();
    this.executor = surroundings.executor();
    this.reconciler = new Reconciler(parts, settings, surroundings.random());
    this.orders = new LeaseOrders(parts, executor);
  }

  // ---- who has something to say

  /** Something about a deployment has changed. */
  public void wake(Digest deployment) {
    Boolean before = working.putIfAbsent(deployment, false);
    if (before == null) {
      executor.execute(() -> work(deployment));
    } else {
      working.computeIfPresent(deployment, (key, more) -> true);
    }
  }

  private void work(Digest deployment) {
    do {
      working.put(deployment, false);
      turnSafely(deployment);
    } while (!working.remove(deployment, false));
  }

  private void turnSafely(Digest deployment) {
    try {
      turn(deployment);
    } catch (ZansocException e) {
      LOG.warn("deployment {} waits: {}", deployment.shortText(), e.getMessage());
      due.put(deployment, clock.instant().plus(BUSY));
    } catch (RuntimeException e) {
      LOG.error("keeping deployment {} failed", deployment.shortText(), e);
      due.put(deployment, clock.instant().plus(QUIET));
    }
  }

  /** Asks a connected host for its instances, and wakes whom the answer concerns. */
  public void attend(PeerId host) {
    Instant asked = clock.instant();
    byte[] answer = parts.orders().order(host, Orders.INSTANCES, new byte[0], PROBE_TIMEOUT);
    if (parts.watch().reported(host, asked, Json.readList(answer, InstanceStatus.class))) {
      store.deploymentsOn(host).forEach(this::wake);
    }
  }

  /** A host's connection is gone. */
  public void disconnected(PeerId host) {
    parts.watch().disconnected(host);
    parts.endpoints().silent(host);
    store.deploymentsOn(host).forEach(this::wake);
  }

  /** What a host shall do has changed; whose instances are to be stopped there is told when. */
  public void changed(PeerId host) {
    Optional<Instant> reclaimed = parts.watch().reclaimed(host);
    for (Digest deployment : store.deploymentsOn(host)) {
      reclaimed.ifPresent(at -> announce(deployment, host, at));
      wake(deployment);
    }
  }

  private void announce(Digest deployment, PeerId host, Instant reclaimed) {
    change(
        deployment,
        book -> {
          Book told = book;
          for (Lease lease : book.leases()) {
            Optional<Instance> instance = book.instance(lease.instance());
            if (instance.isPresent() && lease.host().equals(host) && lease.isRunnable()) {
              told =
                  told.event(
                      clock.instant(),
                      instance.get().name(),
                      Warnings.reclaimed(parts.watch().name(host), reclaimed));
            }
          }
          return told;
        });
  }

  /** Payments have got further: whoever waits for one looks again. */
  public void paid() {
    busy.forEach(this::wake);
  }

  /**
   * A host shows a lease's instance as healthy, and the hub's own probes say otherwise: it broke
   * its terms.
   *
   * @param what as in "HOST does not ..."
   */
  public void broken(Digest deployment, Lease lease, String what) {
    change(
        deployment,
        book ->
            book.lease(lease.instance(), lease.number())
                .map(current ->
                    reconciler.fail(
                        book,
                        current,
                        new LeaseSteps.Setback(CloseReasons.BROKEN_TERMS, what),
                        clock.instant()))
                .orElse(book));
    wake(deployment);
  }

  /** Changes what is kept of a deployment, and has it carried out; NOT_FOUND where it is not. */
  public Book change(Digest deployment, UnaryOperator<Book> change) {
    for (int attempt = 1; ; attempt++) {
      Book book =
          store
              .book(deployment)
              .orElseThrow(() ->
                  new ZansocException(
                      ErrorCode.NOT_FOUND, "there is no deployment " + deployment.shortText()));
      Book changed = change.apply(book);
      try {
        if (!changed.equals(book)) {
          store.change(book, changed, Map.of());
        }
        return changed;
      } catch (ZansocException e) {
        if (e.code() != ErrorCode.CONFLICT || attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  // ---- time

  /**
   * Wakes the deployments whose time has come, and probes silent hosts; to be called about once a
   * second.
   */
  public void tick() {
    Instant now = clock.instant();
    Set<PeerId> hosts = new HashSet<>(store.promised().keySet());
    for (PeerId host : hosts) {
      HostWatch.Condition condition = parts.watch().condition(host);
      if (conditions.put(host, condition) != condition) {
        if (condition == HostWatch.Condition.SILENT) {
          parts.endpoints().silent(host);
        }
        store.deploymentsOn(host).forEach(this::wake);
      }
    }
    for (PeerId host : parts.watch().suspects(hosts)) {
      if (probed.add(host)) {
        executor.execute(() -> probe(host));
      }
    }
    for (Digest deployment : store.deployments()) {
      if (!due.getOrDefault(deployment, Instant.EPOCH).isAfter(now)) {
        wake(deployment);
      }
    }
  }

  private void probe(PeerId host) {
    Instant asked = clock.instant();
    try {
      attend(host);
    } catch (ZansocException e) {
      parts.watch().unanswered(host, asked);
    } finally {
      probed.remove(host);
    }
  }

  // ---- a turn

  /** One turn of a deployment: until nothing more can be done now. */
  void turn(Digest deployment) {
    for (int step = 0; step < MOST_STEPS; step++) {
      Optional<Book> kept = store.book(deployment);
      if (kept.isEmpty()) {
        due.remove(deployment);
        busy.remove(deployment);
        return;
      }
      parts
          .endpoints()
          .publish(
              kept.get().deployment(),
              Serving.of(kept.get(), parts.watch()),
              Serving.held(kept.get()));
      if (!decide(kept.get()) && !send(kept.get())) {
        rest(deployment, isBusy(kept.get()));
        return;
      }
    }
    rest(deployment, true);
  }

  private void rest(Digest deployment, boolean waits) {
    due.put(deployment, clock.instant().plus(waits ? BUSY : QUIET));
    if (waits) {
      busy.add(deployment);
    } else {
      busy.remove(deployment);
    }
  }

  /** Whether something was decided. */
  private boolean decide(Book kept) {
    Reconciler.Next next = reconciler.decide(kept, this::free, clock.instant());
    if (next.book().equals(kept)) {
      return false;
    }
    try {
      store.change(kept, next.book(), next.limits());
    } catch (ZansocException e) {
      // Somebody was faster with the book or the host: what they left is looked at anew.
      if (e.code() != ErrorCode.CONFLICT && e.code() != ErrorCode.NO_SPACE) {
        throw e;
      }
    }
    return true;
  }

  /** The hosts with what is free of them; one that is not heard now is not ready. */
  public List<ComputeHost> free() {
    Map<PeerId, Capacity> promised = store.promised();
    Map<PeerId, ComputeStore.Standing> standings = store.standings();
    List<ComputeHost> hosts = new ArrayList<>();
    for (ComputeHost host : parts.watch().hosts()) {
      Capacity taken = promised.get(host.id());
      ComputeHost open = taken == null ? host : host.withFree(host.offer().all().minus(taken));
      boolean ready =
          host.state() != NodeView.State.READY || parts.watch().condition(host.id()).isHeard();
      hosts.add(
          (ready ? open : open.withState(NodeView.State.OFFLINE))
              .withReputation(
                  standings.getOrDefault(host.id(), ComputeStore.Standing.NONE).reputation()));
    }
    return hosts;
  }

  /** Whether an answer came that was entered. */
  private boolean send(Book kept) {
    List<LeaseOrders.Answer> answers = orders.send(kept);
    if (answers.isEmpty()) {
      return false;
    }
    change(
        kept.deployment().id(),
        book -> {
          Book entered = book;
          for (LeaseOrders.Answer answer : answers) {
            entered = LeaseOrders.enter(entered, answer, reconciler, clock.instant());
          }
          return entered;
        });
    return true;
  }

  /** Whether something is under way, or owed to a host that is there. */
  private boolean isBusy(Book book) {
    boolean placing =
        book.deployment().state() == Deployment.State.ACTIVE
            && !book.deployment().trouble().isEmpty();
    return placing
        || book.leases().stream()
            .anyMatch(lease ->
                orders.isOwed(lease)
                    || lease.payment().topUps() > lease.payment().toppedUp()
                    || switch (lease.state()) {
                      case PLANNED, OFFERED, FUNDING, ORDERED -> true;
                      case STOPPED -> lease.payment().closed().isEmpty();
                      case ENDING ->
                          lease.payment().closed().isEmpty()
                              || lease.ordered().wanted() != InstanceOrder.Wanted.REMOVED;
                      case RUNNING, ENDED -> false;
                    });
  }
}
