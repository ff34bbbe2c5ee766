package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstancePrice;
import cloud.zansoc.compute.hub.Matcher.Choice;
import cloud.zansoc.compute.hub.Matcher.Match;
import cloud.zansoc.net.node.ComputeOffer.Capacity;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Plans leases for the instances of a deployment that need another host, or a first one. */
final class Placing {
  /** How soon hosts are looked for again when none was found. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** Who is paid so long needs nothing done. */
  private static final Duration SETTLED = Duration.ofMinutes(2);

  private final Matcher matcher;
  private final InstanceVolumes volumes;
  private final Duration validity;
  private final RandomGenerator random;

  /**
   * @param validity how long offers are asked for that can be taken
   */
  Placing(DeploymentKeeper.Parts parts, Duration validity, RandomGenerator random) {
    this.matcher = parts.matcher();
    this.volumes = parts.volumes();
    this.validity = validity;
    this.random = random;
  }

  /**
   * A book with planned leases.
   *
   * @param limits what the hosts lend that are promised something new
   */
  record Plan(Book book, Map<PeerId, Capacity> limits) {
    public Plan {
      limits = Map.copyOf(limits);
    }
  }

  /** An instance that needs a place. */
  private record Need(Instance instance, Optional<Lease> current, Kind kind) {
    enum Kind {
      /** It has none. */
      PLACE,
      /** Its host is to be cleared. */
      MOVE,
      /** Its data lie on a host. */
      START,
      /** It shall have another size where it is. */
      RESIZE
    }

    boolean stays() {
      return kind == Kind.START || kind == Kind.RESIZE;
    }
  }

  /**
   * The book with a lease more for each instance that needs one and finds a host.
   *
   * @param hosts with what is free of them now; asked for where something is to be placed
   * @param conditions how hosts are
   */
  Plan apply(Book book, Supplier<List<ComputeHost>> hosts, HostWatch conditions, Instant now) {
    Deployment deployment = book.deployment();
    if (deployment.state() != Deployment.State.ACTIVE || now.isBefore(deployment.retryAt())) {
      return new Plan(book, Map.of());
    }
    Turn turn = new Turn(book, hosts, now);
    List<Need> anywhere = new ArrayList<>();
    for (Instance instance : book.instances()) {
      Optional<Need> need = need(book, instance, conditions, now);
      Optional<String> obstacle = need.flatMap(its -> obstacle(deployment, its.instance()));
      if (obstacle.isPresent()) {
        trouble(turn, "%s waits: %s".formatted(instance.name(), obstacle.get()));
        continue;
      }
      if (need.filter(Need::stays).isPresent()) {
        stay(turn, need.get()).ifPresent(anywhere::add);
      } else {
        need.ifPresent(anywhere::add);
      }
    }
    if (!anywhere.isEmpty()) {
      place(turn, anywhere);
    }
    if (!turn.troubled && !deployment.trouble().isEmpty() && isSettled(turn)) {
      turn.book = turn.book.with(turn.book.deployment().troubled("", Instant.EPOCH));
    }
    return new Plan(turn.book, turn.limits);
  }

  /** Which of its volumes another instance has. */
  private Optional<String> obstacle(Deployment deployment, Instance instance) {
    return instance.volumes().stream()
        .flatMap(volume ->
            volumes
                .obstacle(deployment.tenant(), volume.mount().volume(), Optional.of(instance.id()))
                .stream())
        .findFirst();
  }

  /** What one planning has come to so far. */
  private static final class Turn {
    private Book book;
    private final Supplier<List<ComputeHost>> asked;
    private @Nullable List<ComputeHost> hosts;
    private final Instant now;
    private final Map<PeerId, Capacity> limits = new HashMap<>();
    private boolean troubled;

    Turn(Book book, Supplier<List<ComputeHost>> hosts, Instant now) {
      this.book = book;
      this.asked = hosts;
      this.now = now;
    }

    /** The hosts with what this turn has left of them. */
    private List<ComputeHost> hosts() {
      List<ComputeHost> known = hosts;
      if (known == null) {
        known = new ArrayList<>(asked.get());
        hosts = known;
      }
      return known;
    }
  }

  /** Whether all that shall run is paid for a while. */
  private static boolean isSettled(Turn turn) {
    return turn.book.instances().stream()
        .filter(instance -> instance.wanted() == Instance.Wanted.RUNNING)
        .allMatch(instance ->
            turn.book.leases(instance.id()).stream()
                .anyMatch(lease ->
                    lease.isRunnable()
                        && lease.ordered().revision() > 0
                        && lease.ordered().paidUntil().isAfter(turn.now.plus(SETTLED))));
  }

  private static Optional<Need> need(
      Book book, Instance instance, HostWatch conditions, Instant now) {
    boolean wanted =
        instance.wanted() == Instance.Wanted.RUNNING
            || instance.wanted() == Instance.Wanted.RESTARTED;
    if (!wanted || instance.setbacks().retryAt().isAfter(now)) {
      return Optional.empty();
    }
    List<Lease> active = book.leases(instance.id()).stream().filter(Lease::isActive).toList();
    if (active.isEmpty()) {
      return Optional.of(new Need(instance, Optional.empty(), Need.Kind.PLACE));
    }
    Lease current = active.getLast();
    boolean leaving = conditions.condition(current.host()).isCleared();
    return switch (current.state()) {
      case PLANNED, OFFERED, FUNDING, ENDING, ENDED -> Optional.empty();
      case STOPPED ->
          Optional.of(
              new Need(instance, Optional.of(current), leaving ? Need.Kind.MOVE : Need.Kind.START));
      case ORDERED, RUNNING -> {
        if (leaving) {
          yield Optional.of(new Need(instance, Optional.of(current), Need.Kind.MOVE));
        }
        boolean resized =
            current.ordered().isAnswered() && !current.terms().size().equals(instance.size());
        yield resized
            ? Optional.of(new Need(instance, Optional.of(current), Need.Kind.RESIZE))
            : Optional.empty();
      }
    };
  }

  // ---- where it is

  /** Plans a lease on the same host; where that is full, a stopped instance has to move. */
  private Optional<Need> stay(Turn turn, Need need) {
    Lease current = need.current().orElseThrow();
    List<ComputeHost> there =
        turn.hosts().stream()
            .filter(host -> host.id().equals(current.host()))
            .map(host -> host.withFree(host.free().plus(current.terms().promised())))
            .toList();
    return switch (matcher.match(request(turn, List.of(need)), there)) {
      case Match.Found(List<Choice> choices) -> {
        plan(turn, need, choices.getFirst());
        yield Optional.empty();
      }
      case Match.Obstructed(var obstacle) -> {
        Instance instance = need.instance();
        if (need.kind() == Need.Kind.START) {
          yield Optional.of(new Need(instance, need.current(), Need.Kind.MOVE));
        }
        turn.book =
            turn.book
                .with(instance.with(current.terms().size()))
                .event(turn.now, instance.name(), "not resized: " + obstacle.message());
        yield Optional.empty();
      }
    };
  }

  // ---- anywhere

  private void place(Turn turn, List<Need> needs) {
    switch (matcher.match(request(turn, needs), turn.hosts())) {
      case Match.Found(List<Choice> choices) -> {
        for (int i = 0; i < needs.size(); i++) {
          plan(turn, needs.get(i), choices.get(i));
        }
      }
      case Match.Obstructed(var obstacle) -> {
        if (needs.size() > 1) {
          needs.forEach(need -> place(turn, List.of(need)));
        } else {
          Instance instance = needs.getFirst().instance();
          String before = instance.setbacks().reason();
          trouble(
              turn,
              "%s has no host: %s%s"
                  .formatted(
                      instance.name(),
                      before.isEmpty() ? "" : before + "; of the others, ",
                      obstacle.message()));
        }
      }
    }
  }

  /** The first of a turn: the others are most often the same. */
  private static void trouble(Turn turn, String what) {
    if (turn.troubled) {
      return;
    }
    turn.troubled = true;
    Deployment deployment = turn.book.deployment();
    if (!deployment.trouble().equals(what)) {
      turn.book = turn.book.event(turn.now, "", what);
    }
    turn.book = turn.book.with(deployment.troubled(what, turn.now.plus(PAUSE)));
  }

  private static Matcher.Request request(Turn turn, List<Need> needs) {
    Set<String> names = new HashSet<>();
    List<Matcher.Wanted> wanted = new ArrayList<>();
    for (Need need : needs) {
      Instance instance = need.instance();
      names.add(instance.name());
      Set<PeerId> excluded = new HashSet<>();
      if (!need.stays()) {
        excluded.addAll(instance.avoidedAt(turn.now));
        need.current().ifPresent(current -> excluded.add(current.host()));
      }
      wanted.add(
          new Matcher.Wanted(
              instance.name(), instance.service(), instance.size(), Set.of(), excluded));
    }
    List<Matcher.Placed> placed = new ArrayList<>();
    for (Instance instance : turn.book.instances()) {
      if (names.contains(instance.name())) {
        continue;
      }
      turn.book.leases(instance.id()).stream()
          .filter(Lease::isActive)
          .reduce((older, newer) -> newer)
          .ifPresent(lease ->
              placed.add(
                  new Matcher.Placed(
                      instance.name(),
                      instance.service(),
                      lease.host(),
                      lease.state() == Lease.State.STOPPED
                          ? Money.ZERO
                          : lease.terms().perHour())));
    }
    return new Matcher.Request(turn.book.deployment().spec(), wanted, placed);
  }

  private void plan(Turn turn, Need need, Choice choice) {
    PeerId host = choice.host().id();
    Instance instance =
        need.instance().nextLease(need.current().filter(its -> continues(its, need)).isEmpty());
    Capacity promised = capacity(instance);
    Lease lease =
        new Lease(
            instance.id(),
            instance.leases(),
            instance.generation(),
            host,
            Lease.State.PLANNED,
            turn.now,
            new Lease.Terms(
                instance.size(),
                promised,
                choice.perHour(),
                round(turn),
                nonce(),
                turn.now.plus(validity).truncatedTo(ChronoUnit.SECONDS),
                Optional.empty()),
            Lease.Ordered.NOTHING,
            Lease.Payment.NOTHING,
            Lease.Observed.NOTHING);
    turn.book = turn.book.with(instance).with(lease);
    turn.limits.put(host, choice.host().offer().all());
    turn.hosts()
        .replaceAll(other ->
            other.id().equals(host) && !need.stays()
                ? other.withFree(other.free().minus(promised))
                : other);
  }

  /** Whether the new lease takes the order of the current one over. */
  private static boolean continues(Lease current, Need need) {
    return need.stays() && current.ordered().revision() > 0;
  }

  /** The round that is still being planned, or a new one. */
  private static long round(Turn turn) {
    Optional<Long> open =
        turn.book.leases().stream()
            .filter(lease ->
                lease.state() == Lease.State.PLANNED || lease.state() == Lease.State.OFFERED)
            .map(lease -> lease.terms().round())
            .max(Long::compare);
    if (open.isPresent()) {
      return open.get();
    }
    turn.book = turn.book.with(turn.book.deployment().nextRound());
    return turn.book.deployment().rounds();
  }

  private Digest nonce() {
    byte[] nonce = new byte[Digest.BYTES];
    random.nextBytes(nonce);
    return Digest.of(nonce);
  }

  // ---- capacities

  /** What an instance takes of a host. */
  static Capacity capacity(Instance instance) {
    return new Capacity(
        instance.size().milliVcpus(),
        instance.size().memory(),
        InstancePrice.stored(
            instance.size(), instance.volumes().stream().map(its -> its.mount()).toList()),
        instance.size().gpus());
  }
}
