package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The next step of each lease of a deployment, from what its owner wants, what its host shows and
 * how its host is. Decides only: orders and payments follow from the book when it is kept.
 */
final class LeaseSteps {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  /** An offer that ends so soon cannot be taken any more. */
  private static final Duration LAST_MOMENT = Duration.ofSeconds(20);

  /** How long requests to an instance that is removed may take to end. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(10);

  private final HostWatch watch;
  private final ComputeSettings settings;
  private final Places places;
  private final InstanceVolumes volumes;
  private final Endpoints endpoints;

  /** Whether leases need offers and money. */
  private final boolean paying;

  LeaseSteps(DeploymentKeeper.Parts parts, ComputeSettings settings) {
    this.watch = parts.watch();
    this.settings = settings;
    this.places = new Places(parts.networks());
    this.volumes = parts.volumes();
    this.endpoints = parts.endpoints();
    this.paying = parts.payments().isPresent();
  }

  Book apply(Book book, Instant now) {
    Book after = book;
    for (Lease lease : book.leases()) {
      Optional<Instance> instance = after.instance(lease.instance());
      Optional<Lease> newest = after.lease(lease.instance(), lease.number());
      if (instance.isPresent() && newest.isPresent()) {
        after = step(new Turn(after, instance.get(), newest.get(), now));
      }
    }
    return openRounds(after, now);
  }

  /** One lease at one moment. */
  private record Turn(Book book, Instance instance, Lease lease, Instant now) {
    Book to(Lease changed) {
      return book.with(changed);
    }

    boolean isWanted() {
      return book.deployment().state() == Deployment.State.ACTIVE
          && (instance.wanted() == Instance.Wanted.RUNNING
              || instance.wanted() == Instance.Wanted.RESTARTED);
    }

    boolean isRemoved() {
      return book.deployment().state() != Deployment.State.ACTIVE
          || instance.wanted() == Instance.Wanted.REMOVED;
    }

    /** The status that answers the newest revision. */
    Optional<InstanceStatus.State> state() {
      return lease
          .observed()
          .status()
          .filter(status -> status.generation() == lease.generation())
          .filter(status -> status.revision() == lease.ordered().revision())
          .map(InstanceStatus::state);
    }
  }

  private Book step(Turn turn) {
    return switch (turn.lease().state()) {
      case PLANNED, OFFERED -> prospective(turn);
      case FUNDING -> funding(turn);
      case ORDERED -> ordered(turn);
      case RUNNING -> running(turn);
      case STOPPED -> stopped(turn);
      case ENDING -> ending(turn);
      case ENDED -> turn.book();
    };
  }

  // ---- before it is paid

  private Book prospective(Turn turn) {
    Lease lease = turn.lease();
    Lease over = lease.in(Lease.State.ENDED, turn.now());
    if (!turn.isWanted() || watch.condition(lease.host()) != HostWatch.Condition.THERE) {
      return turn.to(over);
    }
    if (!paying) {
      return turn.to(LeaseMoney.free(lease, settings, turn.now()));
    }
    if (lease.state() == Lease.State.PLANNED && isLate(turn, lease.since(), settings.patience())) {
      return fail(turn, CloseReasons.NO_LONGER_NEEDED, "made no offer in time");
    }
    boolean expired = lease.terms().expiry().minus(LAST_MOMENT).isBefore(turn.now());
    return expired ? turn.to(over) : turn.book();
  }

  private Book funding(Turn turn) {
    if (!turn.isWanted()) {
      return turn.to(turn.lease().ending(CloseReasons.NO_LONGER_NEEDED, turn.now()));
    }
    return switch (watch.condition(turn.lease().host())) {
      case DEAD -> turn.to(turn.lease().ending(CloseReasons.HOST_UNREACHABLE, turn.now()));
      case GONE -> turn.to(turn.lease().ending(CloseReasons.HOST_LEAVES, turn.now()));
      case THERE, LEAVING, RECLAIMED, SILENT -> turn.book();
    };
  }

  /** Offers of a round are taken together, when the last host that is asked has answered. */
  private static Book openRounds(Book book, Instant now) {
    Book after = book;
    for (Lease lease : book.leases()) {
      boolean complete =
          lease.state() == Lease.State.OFFERED
              && !now.isBefore(book.deployment().retryAt())
              && book.leases().stream()
                  .filter(other -> other.terms().round() == lease.terms().round())
                  .noneMatch(other -> other.state() == Lease.State.PLANNED);
      after = complete ? after.with(lease.in(Lease.State.FUNDING, now)) : after;
    }
    return after;
  }

  // ---- while it is paid

  private Book ordered(Turn turn) {
    Optional<Book> ended = end(turn);
    if (ended.isPresent()) {
      return ended.get();
    }
    Lease lease = turn.lease();
    if (lease.ordered().revision() == 0) {
      return turn.isWanted()
          ? order(turn)
          : turn.to(lease.ending(CloseReasons.NO_LONGER_NEEDED, turn.now()));
    }
    if (!turn.isWanted()) {
      return stop(turn, CloseReasons.NO_LONGER_NEEDED);
    }
    if (lease.ordered().wanted() != InstanceOrder.Wanted.RUNNING) {
      return orderAgain(turn);
    }
    InstanceStatus.State state = turn.state().orElse(InstanceStatus.State.STOPPED);
    return switch (state) {
      case RUNNING -> began(turn, "runs on " + host(turn));
      case RESTARTING -> crashing(turn);
      case PREPARING, STARTING, FENCED, STOPPED, REMOVED -> late(turn, state);
      case EXITED, FAILED -> over(turn, state);
    };
  }

  /**
   * A command that ends is its client's: the host does its part, and another would do no better.
   */
  private Book crashing(Turn turn) {
    return older(turn).stream().anyMatch(Lease::isActive)
        ? late(turn, InstanceStatus.State.RESTARTING)
        : began(turn, "was started on %s, and its command has ended".formatted(host(turn)));
  }

  private Book began(Turn turn, String how) {
    Book book =
        turn.to(turn.lease().in(Lease.State.RUNNING, turn.now()))
            .with(turn.instance().succeeding())
            .event(turn.now(), turn.instance().name(), how);
    for (Lease older : older(turn)) {
      if (older.isActive()) {
        book = book.with(older.ending(reasonToMove(older), turn.now()));
      }
    }
    return book;
  }

  private List<Lease> older(Turn turn) {
    return turn.book().leases(turn.instance().id()).stream()
        .filter(other -> other.number() < turn.lease().number())
        .toList();
  }

  private int reasonToMove(Lease older) {
    return watch.condition(older.host()).isCleared()
        ? CloseReasons.HOST_LEAVES
        : CloseReasons.MOVED;
  }

  /** The first order, as soon as the instance cannot run anywhere else. */
  private Book order(Turn turn) {
    Lease lease = turn.lease();
    Book book = turn.book();
    boolean clear = true;
    for (Lease older : older(turn)) {
      boolean sameHost = older.host().equals(lease.host());
      if (sameHost && older.generation() == lease.generation()) {
        return takeOver(turn, older);
      }
      if (!sameHost && !isExclusive(turn)) {
        continue;
      }
      if (older.isActive()) {
        book = book.with(older.ending(reasonToMove(older), turn.now()));
        clear = false;
      } else {
        clear &= sameHost ? Removal.isDone(older, watch) : Removal.isHarmless(older, watch);
      }
    }
    if (!clear) {
      return book;
    }
    Instance attached;
    String place;
    try {
      attached = attached(turn);
      place = places.place(book.deployment(), attached, lease.generation());
    } catch (ZansocException e) {
      return troubled(turn, "%s waits: %s".formatted(turn.instance().name(), e.getMessage()));
    }
    return book.with(attached)
        .with(
            lease
                .with(Lease.Usage.since(turn.now(), lease.observed().downtimeSeconds()))
                .order(
                    lease.ordered().paidUntil(), lease.ordered().keepUntil(), place, turn.now()));
  }

  private static Book troubled(Turn turn, String trouble) {
    Deployment deployment = turn.book().deployment();
    Book told =
        deployment.trouble().equals(trouble)
            ? turn.book()
            : turn.book().event(turn.now(), "", trouble);
    return told.with(deployment.troubled(trouble, deployment.retryAt()));
  }

  /** With its volumes given to this generation and host, and taken from those before. */
  private Instance attached(Turn turn) {
    Instance instance = turn.instance();
    Deployment deployment = turn.book().deployment();
    VolumeRecord.Holder holder =
        new VolumeRecord.Holder(
            instance.id(),
            deployment.name() + "/" + instance.name(),
            turn.lease().generation(),
            turn.lease().host());
    return instance.with(
        instance.volumes().stream()
            .map(volume ->
                volumes.attach(
                    deployment.tenant(), volume.mount().volume(), volume.mount(), holder))
            .toList());
  }

  /** The lease before it on this host hands the running instance over, and is only closed. */
  private Book takeOver(Turn turn, Lease older) {
    Lease lease = turn.lease().takingOver(older);
    Lease.Ordered ordered = lease.ordered();
    return turn.to(
            lease.order(ordered.paidUntil(), ordered.keepUntil(), ordered.place(), turn.now()))
        .with(older.ending(CloseReasons.NO_LONGER_NEEDED, turn.now()).givenUp());
  }

  /** With volumes or an address of its own, two of them would be one too many. */
  private static boolean isExclusive(Turn turn) {
    return turn.book().deployment().spec().privateNetwork() || !turn.instance().volumes().isEmpty();
  }

  /** A host that is there, has the order and does not show the instance running. */
  private Book late(Turn turn, InstanceStatus.State state) {
    Lease lease = turn.lease();
    Duration patience =
        state == InstanceStatus.State.PREPARING ? settings.preparing() : settings.patience();
    Instant since = later(lease.since(), lease.ordered().at());
    if (isLate(turn, since, patience)) {
      return state == InstanceStatus.State.RESTARTING
          ? fail(turn, CloseReasons.NO_LONGER_NEEDED, "started it, and its command has ended")
          : fail(
              turn,
              CloseReasons.BROKEN_TERMS,
              "has the order and does not run it (%s)".formatted(state));
    }
    return renewed(turn);
  }

  private Book running(Turn turn) {
    Optional<Book> ended = end(turn);
    if (ended.isPresent()) {
      return ended.get();
    }
    Lease lease = turn.lease();
    Optional<InstanceStatus.State> state = turn.state();
    if (turn.instance().wanted() == Instance.Wanted.RESTARTED) {
      return restart(turn);
    }
    if (!turn.isWanted()) {
      return stop(turn, CloseReasons.NO_LONGER_NEEDED);
    }
    if (lease.ordered().wanted() != InstanceOrder.Wanted.RUNNING) {
      return orderAgain(turn);
    }
    boolean over =
        state
            .filter(its -> its == InstanceStatus.State.EXITED || its == InstanceStatus.State.FAILED)
            .isPresent();
    return over ? over(turn, state.orElseThrow()) : renewed(turn);
  }

  /** It was to be stopped, and is wanted after all. */
  private static Book orderAgain(Turn turn) {
    Lease lease = turn.lease();
    return turn.to(
        lease.order(InstanceOrder.Wanted.RUNNING, lease.ordered().keepUntil(), turn.now()));
  }

  private Book restart(Turn turn) {
    Lease lease = turn.lease();
    if (lease.ordered().wanted() == InstanceOrder.Wanted.RUNNING) {
      return turn.to(
          lease.order(InstanceOrder.Wanted.STOPPED, lease.ordered().keepUntil(), turn.now()));
    }
    return isDown(turn)
        ? turn.to(
                lease.order(InstanceOrder.Wanted.RUNNING, lease.ordered().keepUntil(), turn.now()))
            .with(turn.instance().with(Instance.Wanted.RUNNING))
        : turn.book();
  }

  /** Has it stopped; it is no longer paid once it is. */
  private Book stop(Turn turn, int reason) {
    Lease lease = turn.lease();
    if (lease.ordered().wanted() != InstanceOrder.Wanted.STOPPED) {
      return turn.to(
          lease.order(InstanceOrder.Wanted.STOPPED, turn.now().plus(settings.keep()), turn.now()));
    }
    return isDown(turn) ? turn.to(lease.halted(reason, turn.now())) : turn.book();
  }

  private static boolean isDown(Turn turn) {
    return turn.state()
        .filter(state ->
            state == InstanceStatus.State.STOPPED
                || state == InstanceStatus.State.EXITED
                || state == InstanceStatus.State.FAILED)
        .isPresent();
  }

  /** Its command has ended for good, or its host cannot run it. */
  private Book over(Turn turn, InstanceStatus.State state) {
    InstanceStatus status = turn.lease().observed().status().orElseThrow();
    if (state == InstanceStatus.State.FAILED) {
      return fail(turn, CloseReasons.NO_LONGER_NEEDED, "cannot run it: " + status.reason());
    }
    String code = status.exitCode().map(exit -> " with " + exit).orElse("");
    return turn.book()
        .with(turn.instance().with(Instance.Wanted.STOPPED))
        .event(turn.now(), turn.instance().name(), "its command has ended" + code);
  }

  /** What ends a paid lease at once: its owner, its host, or its money. */
  private Optional<Book> end(Turn turn) {
    Lease lease = turn.lease();
    if (turn.isRemoved()) {
      return Optional.of(turn.to(lease.ending(CloseReasons.NO_LONGER_NEEDED, turn.now())));
    }
    return switch (watch.condition(lease.host())) {
      case DEAD ->
          Optional.of(
              lost(
                  turn,
                  CloseReasons.HOST_UNREACHABLE,
                  "its host %s is silent since %s"
                      .formatted(host(turn), watch.heardLast(lease.host()))));
      case GONE ->
          Optional.of(
              lost(turn, CloseReasons.HOST_LEAVES, "its host %s has left".formatted(host(turn))));
      case RECLAIMED ->
          lapse(turn).or(() -> turn.isWanted() ? Optional.of(giveBack(turn)) : Optional.empty());
      case THERE, LEAVING, SILENT -> lapse(turn);
    };
  }

  /**
   * Takes from a host what has not moved before its owner has it back. What is in volumes is safe
   * after their last snapshot, which comes with the removal; else its disk is kept there as long as
   * that of any instance that is stopped.
   */
  private Book giveBack(Turn turn) {
    Lease lease = turn.lease();
    String why = "its host %s is its owner's again: ".formatted(host(turn));
    if (lease.ordered().revision() == 0) {
      return lost(turn, CloseReasons.HOST_LEAVES, why + "it does not begin there");
    }
    if (!turn.instance().volumes().isEmpty()) {
      return lost(
          turn,
          CloseReasons.HOST_LEAVES,
          why + "it is stopped, and goes on elsewhere from a last snapshot of its volumes");
    }
    Book book = stop(turn, CloseReasons.HOST_LEAVES);
    return lease.ordered().wanted() == InstanceOrder.Wanted.STOPPED
        ? book
        : book.event(
            turn.now(),
            turn.instance().name(),
            why
                + "it is stopped, and goes on where there is room; its disk is kept there until "
                + book.lease(lease.instance(), lease.number())
                    .orElseThrow()
                    .ordered()
                    .keepUntil()
                    .truncatedTo(ChronoUnit.SECONDS));
  }

  private static Book lost(Turn turn, int reason, String why) {
    return turn.to(turn.lease().ending(reason, turn.now()))
        .event(turn.now(), turn.instance().name(), why);
  }

  private Optional<Book> lapse(Turn turn) {
    Lease lease = turn.lease();
    if (!paying || lease.ordered().paidUntil().isAfter(turn.now())) {
      return Optional.empty();
    }
    Lease lapsed =
        lease.ordered().revision() == 0
            ? lease.ending(CloseReasons.LAPSED, turn.now())
            : lease.halted(CloseReasons.LAPSED, turn.now());
    return Optional.of(
        turn.to(lapsed)
            .event(
                turn.now(),
                turn.instance().name(),
                "its lease has lapsed; its data are kept until " + lease.ordered().keepUntil()));
  }

  /** With its place in the private network as it is now. */
  private Book renewed(Turn turn) {
    Lease lease = turn.lease();
    Lease.Ordered ordered = lease.ordered();
    Optional<String> place = places.current(turn.book().deployment(), lease.instance());
    return place.isEmpty() || place.get().equals(ordered.place())
        ? turn.book()
        : turn.to(lease.order(ordered.paidUntil(), ordered.keepUntil(), place.get(), turn.now()));
  }

  // ---- at its end

  private Book stopped(Turn turn) {
    Lease lease = turn.lease();
    boolean away = watch.condition(lease.host()).isLost();
    if (turn.isRemoved() || away) {
      return turn.to(lease.ending(lease.payment().reason(), turn.now()));
    }
    if (!lease.ordered().keepUntil().isAfter(turn.now())) {
      return turn.to(lease.ending(lease.payment().reason(), turn.now()))
          .event(turn.now(), turn.instance().name(), "its data are no longer kept");
    }
    return turn.book();
  }

  private Book ending(Turn turn) {
    Lease lease = turn.lease();
    if (lease.ordered().revision() > 0
        && lease.ordered().wanted() != InstanceOrder.Wanted.REMOVED) {
      if (isServing(turn)) {
        return turn.book();
      }
      return turn.to(
          lease.order(InstanceOrder.Wanted.REMOVED, lease.ordered().keepUntil(), turn.now()));
    }
    if (lease.payment().closed().isEmpty()
        || !Removal.isDone(lease, watch)
        || UsageReceipts.isOwed(lease, watch)) {
      return turn.book();
    }
    Book ended = turn.to(lease.in(Lease.State.ENDED, turn.now()));
    boolean kept =
        switch (lease.payment().reason()) {
          case CloseReasons.HOST_UNREACHABLE, CloseReasons.BROKEN_TERMS -> false;
          default -> lease.observed().meteredSeconds() > 0;
        };
    return kept ? ended.verdict(lease.host(), true) : ended;
  }

  /** What was asked of it before nothing more went there is answered, within reason. */
  private boolean isServing(Turn turn) {
    Lease lease = turn.lease();
    boolean heard = watch.condition(lease.host()).isHeard();
    return heard
        && Duration.between(lease.since(), turn.now()).compareTo(LAST_ANSWERS) < 0
        && endpoints.isBusy(lease.instance(), lease.generation());
  }

  // ---- setbacks

  /** The host has failed the instance, which goes elsewhere; a breach of terms is remembered. */
  private Book fail(Turn turn, int reason, String what) {
    return fail(turn.book(), turn.lease(), new Setback(reason, what), turn.now());
  }

  /**
   * What a host has done.
   *
   * @param reason for closing the lease
   * @param what as in "HOST refuses it"
   */
  record Setback(int reason, String what) {}

  /** The same, for what was seen outside of a turn. */
  Book fail(Book book, Lease lease, Setback setback, Instant now) {
    Optional<Instance> instance = book.instance(lease.instance());
    if (instance.isEmpty() || !lease.isActive()) {
      return book;
    }
    boolean paid = lease.payment().opened().isPresent() || lease.state() == Lease.State.FUNDING;
    String why = "%s %s".formatted(watch.name(lease.host()), setback.what());
    Book failed =
        book.with(paid ? lease.ending(setback.reason(), now) : lease.in(Lease.State.ENDED, now))
            .with(
                instance
                    .get()
                    .failing(
                        lease.host(),
                        why,
                        now.plus(pause(instance.get().setbacks().count())),
                        now.plus(settings.avoidance())))
            .event(now, instance.get().name(), why);
    return setback.reason() == CloseReasons.BROKEN_TERMS
        ? failed.verdict(lease.host(), false)
        : failed;
  }

  /** None after the first setback, then doubling. */
  private static Duration pause(int setbacks) {
    if (setbacks == 0) {
      return Duration.ZERO;
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(setbacks - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  /** Whether a host that is there has let {@code patience} pass. */
  private boolean isLate(Turn turn, Instant since, Duration patience) {
    boolean there = watch.condition(turn.lease().host()).isHeard();
    return there && Duration.between(since, turn.now()).compareTo(patience) > 0;
  }

  private String host(Turn turn) {
    return watch.name(turn.lease().host());
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
