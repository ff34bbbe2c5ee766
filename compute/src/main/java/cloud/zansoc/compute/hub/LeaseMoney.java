package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.hub.LeasePayments.OpenLease;
import cloud.zansoc.compute.hub.LeasePayments.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Has a deployment's leases opened, topped up and closed. What it asks the payments for follows
 * from the book as it is kept, never from a change that is not written yet, and always with the
 * same key: so nothing is paid twice, and nothing that was asked for is forgotten.
 */
final class LeaseMoney {
  /** How long an instance is kept on a host's word where there is no ledger. */
  private static final Duration UNPAID = Duration.ofHours(1);

  /** A host that shall remove an instance, and does not answer, is paid so long at most. */
  private static final Duration REMOVAL = Duration.ofMinutes(5);

  /** How long the hub waits before it asks again for what the payments have refused. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Optional<LeasePayments> payments;
  private final HostWatch watch;
  private final ComputeSettings settings;

  LeaseMoney(Optional<LeasePayments> payments, HostWatch watch, ComputeSettings settings) {
    this.payments = payments;
    this.watch = watch;
    this.settings = settings;
  }

  /** The book after what has come of the payments; it must be as it is kept. */
  Book apply(Book kept, Instant now) {
    Optional<String> account = kept.deployment().account();
    Book book = kept;
    if (account.isPresent()) {
      Turn turn = new Turn(kept.deployment(), account.get(), payments(), now);
      for (List<Lease> round : rounds(kept)) {
        book = fund(book, turn, round);
      }
      for (Lease lease : kept.leases()) {
        book = isRunning(lease) ? topUp(book, turn, lease) : close(book, turn, lease);
      }
    } else {
      for (Lease lease : kept.leases()) {
        book = unpaid(book, lease, now);
      }
    }
    return book;
  }

  /** What stays the same for all leases of one turn. */
  private record Turn(Deployment deployment, String account, LeasePayments payments, Instant now) {}

  private LeasePayments payments() {
    return payments.orElseThrow(
        () -> new IllegalStateException("a deployment is paid, and this hub has no ledger"));
  }

  private static boolean isRunning(Lease lease) {
    return lease.state() == Lease.State.ORDERED || lease.state() == Lease.State.RUNNING;
  }

  private static List<List<Lease>> rounds(Book book) {
    Map<Long, List<Lease>> rounds =
        book.leases().stream()
            .filter(lease -> lease.state() == Lease.State.FUNDING)
            .collect(
                Collectors.groupingBy(
                    lease -> lease.terms().round(), TreeMap::new, Collectors.toList()));
    return new ArrayList<>(rounds.values());
  }

  private static String roundKey(Deployment deployment, Lease lease) {
    return deployment.id() + "/round/" + lease.terms().round();
  }

  private Book fund(Book book, Turn turn, List<Lease> round) {
    String key = roundKey(turn.deployment(), round.getFirst());
    return switch (turn.payments().progress(key)) {
      case Progress.Unknown() -> {
        List<HostOffer> offers =
            round.stream().map(lease -> lease.terms().offer().orElseThrow()).toList();
        turn.payments()
            .open(key, turn.account(), turn.deployment().id(), offers, advance(turn, round));
        yield book;
      }
      case Progress.Waiting() -> book;
      case Progress.Done() -> {
        Book funded = book;
        for (Lease lease : round) {
          funded = funded.with(opened(turn, lease));
        }
        yield funded;
      }
      case Progress.Refused(String reason) -> refused(book, turn, round, reason);
    };
  }

  private Lease opened(Turn turn, Lease lease) {
    Optional<OpenLease> open = turn.payments().lease(lease.terms().offer().orElseThrow().lease());
    if (open.isEmpty()) {
      // It was opened, and has lapsed or was closed before the hub looked.
      return closed(lease.with(lease.payment().opened(turn.now())), turn)
          .in(Lease.State.ENDED, turn.now());
    }
    Instant until = open.get().paidUntil();
    return lease
        .with(lease.payment().opened(turn.now()))
        .paidUntil(until, until.plus(settings.keep()))
        .in(Lease.State.ORDERED, turn.now());
  }

  private static Book refused(Book book, Turn turn, List<Lease> round, String reason) {
    Book refused = book;
    for (Lease lease : round) {
      refused = refused.with(lease.in(Lease.State.ENDED, turn.now()));
    }
    return troubled(
        refused, turn, "the leases are not paid: %s; %s".formatted(reason, payOn(turn)));
  }

  private static String payOn(Turn turn) {
    return "to pay on: zansoc deployment pay %s 24h".formatted(turn.deployment().name());
  }

  private static Book troubled(Book book, Turn turn, String trouble) {
    Book told =
        book.deployment().trouble().equals(trouble) ? book : book.event(turn.now(), "", trouble);
    return told.with(told.deployment().troubled(trouble, turn.now().plus(PAUSE)));
  }

  /** How long is paid at first: the runway or to the end, or as long as a host leases at least. */
  private Duration advance(Turn turn, List<Lease> round) {
    Duration paid =
        turn.deployment()
            .ends()
            .map(end -> Duration.ofSeconds(Duration.between(turn.now(), end).toSeconds() + 1))
            .filter(rest -> rest.isPositive() && rest.compareTo(settings.runway()) < 0)
            .orElse(settings.runway());
    return round.stream()
        .flatMap(lease -> watch.host(lease.host()).stream())
        .map(host -> host.offer().shortest())
        .reduce(paid, (one, other) -> one.compareTo(other) < 0 ? other : one);
  }

  // ---- while it runs

  private Book topUp(Book book, Turn turn, Lease lease) {
    Lease.Payment payment = lease.payment();
    if (payment.topUps() > payment.toppedUp()) {
      return await(book, turn, lease);
    }
    boolean heard = watch.condition(lease.host()).isHeard();
    Duration left = Duration.between(turn.now(), lease.ordered().paidUntil());
    boolean paidToTheEnd =
        turn.deployment()
            .ends()
            .filter(end -> !end.isAfter(lease.ordered().paidUntil()))
            .isPresent();
    boolean due = left.compareTo(settings.runway().dividedBy(2)) < 0 && !left.isNegative();
    boolean paused = turn.now().isBefore(turn.deployment().retryAt());
    if (!heard || !due || paidToTheEnd || paused) {
      return book;
    }
    return book.with(lease.with(payment.toppedUp(payment.topUps() + 1, payment.toppedUp())));
  }

  private Book await(Book book, Turn turn, Lease lease) {
    Lease.Payment payment = lease.payment();
    String key = lease.key() + "/top-up/" + payment.topUps();
    Lease over = lease.with(payment.toppedUp(payment.topUps(), payment.topUps()));
    return switch (turn.payments().progress(key)) {
      case Progress.Unknown() -> {
        turn.payments().topUp(key, lease.terms().offer().orElseThrow().lease(), more(turn, lease));
        yield book;
      }
      case Progress.Waiting() -> book;
      case Progress.Done() ->
          book.with(
              turn.payments()
                  .lease(lease.terms().offer().orElseThrow().lease())
                  .map(open -> paidFor(over, open.paidUntil(), turn.now()))
                  .orElse(over));
      case Progress.Refused(String reason) ->
          troubled(
              book.with(over),
              turn,
              "leases are not paid any further: %s; what runs stops from %s on; %s"
                  .formatted(reason, lease.ordered().paidUntil(), payOn(turn)));
    };
  }

  private Duration more(Turn turn, Lease lease) {
    Instant full = turn.now().plus(settings.runway());
    Instant until = turn.deployment().ends().filter(full::isAfter).orElse(full);
    Duration more = Duration.between(lease.ordered().paidUntil(), until);
    return more.compareTo(Duration.ofSeconds(1)) < 0
        ? Duration.ofSeconds(1)
        : Duration.ofSeconds(more.toSeconds());
  }

  private Lease paidFor(Lease lease, Instant until, Instant now) {
    Instant keepUntil = until.plus(settings.keep());
    return lease.ordered().revision() == 0
        ? lease.paidUntil(until, keepUntil)
        : lease.order(until, keepUntil, lease.ordered().place(), now);
  }

  // ---- at its end

  private Book close(Book book, Turn turn, Lease lease) {
    if (lease.payment().closed().isPresent() || lease.isProspective()) {
      return book;
    }
    if (lease.payment().opened().isEmpty()) {
      return closeUnlessOpened(book, turn, lease);
    }
    if (!isDue(lease, turn.now())) {
      return book;
    }
    String key = lease.key() + "/close";
    return switch (turn.payments().progress(key)) {
      case Progress.Unknown() -> {
        turn.payments()
            .close(key, lease.terms().offer().orElseThrow().lease(), lease.payment().reason());
        yield book;
      }
      case Progress.Waiting() -> book;
      // Refused: it is not open any more.
      case Progress.Done _, Progress.Refused _ -> closedSafely(book, turn, lease);
    };
  }

  /** What it has cost is asked of the chain, which may be away by now. */
  private static Book closedSafely(Book book, Turn turn, Lease lease) {
    try {
      return book.with(closed(lease, turn));
    } catch (ZansocException e) {
      if (!e.code().retryable()) {
        throw e;
      }
      return book;
    }
  }

  private static Lease closed(Lease lease, Turn turn) {
    return turn.payments()
        .charge(lease.terms().offer().orElseThrow().lease())
        .map(charge -> Compensation.settled(lease, charge))
        .map(settled -> lease.with(lease.payment().closed(turn.now(), settled)))
        .orElseGet(() -> lease.with(lease.payment().closed(turn.now())));
  }

  /** A lease that was given up while it waited for the chain. */
  private static Book closeUnlessOpened(Book book, Turn turn, Lease lease) {
    return switch (turn.payments().progress(roundKey(turn.deployment(), lease))) {
      case Progress.Waiting() -> book;
      case Progress.Unknown _, Progress.Refused _ ->
          book.with(lease.with(lease.payment().closed(turn.now())));
      case Progress.Done() -> book.with(lease.with(lease.payment().opened(turn.now())));
    };
  }

  /** A host that does its part is paid until it has removed the instance. */
  private boolean isDue(Lease lease, Instant now) {
    return switch (lease.payment().reason()) {
      case CloseReasons.HOST_UNREACHABLE, CloseReasons.BROKEN_TERMS, CloseReasons.LAPSED -> true;
      default ->
          lease.state() == Lease.State.STOPPED
              || lease.state() == Lease.State.ENDED
              || Removal.isDone(lease, watch)
              || Duration.between(lease.since(), now).compareTo(REMOVAL) > 0;
    };
  }

  // ---- without a ledger

  private Book unpaid(Book book, Lease lease, Instant now) {
    if (isRunning(lease)) {
      Duration left = Duration.between(now, lease.ordered().paidUntil());
      return left.compareTo(UNPAID.dividedBy(2)) < 0
          ? book.with(paidFor(lease, now.plus(UNPAID), now))
          : book;
    }
    boolean over = lease.state() == Lease.State.STOPPED || lease.state() == Lease.State.ENDING;
    return over && lease.payment().closed().isEmpty() && isDue(lease, now)
        ? book.with(lease.with(lease.payment().closed(now)))
        : book;
  }

  /** A planned lease that needs no money. */
  static Lease free(Lease lease, ComputeSettings settings, Instant now) {
    Instant until = now.plus(UNPAID);
    return lease
        .with(lease.payment().opened(now))
        .paidUntil(until, until.plus(settings.keep()))
        .in(Lease.State.ORDERED, now);
  }
}
