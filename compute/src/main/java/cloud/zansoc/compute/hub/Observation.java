package cloud.zansoc.compute.hub;

import cloud.zansoc.compute.api.InstanceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Enters into a book what hosts say of its instances, and how long they were silent. */
final class Observation {
  /** Seconds metered are kept at least so often. */
  private static final long METERED_SECONDS = 60;

  private final HostWatch watch;

  Observation(HostWatch watch) {
    this.watch = watch;
  }

  Book apply(Book book, Instant now) {
    Book seen = book;
    for (Lease lease : book.leases()) {
      Lease after = timed(said(lease, now), now);
      if (!after.equals(lease)) {
        seen = seen.with(after);
      }
    }
    return seen;
  }

  /** With the host's newest report, if that came after the order was answered. */
  private Lease said(Lease lease, Instant now) {
    Lease.Ordered ordered = lease.ordered();
    Optional<HostWatch.Report> report =
        watch.report(lease.host()).filter(its -> !its.asked().isBefore(ordered.acknowledgedAt()));
    if (report.isEmpty() || ordered.acknowledged() == 0) {
      return lease;
    }
    Optional<InstanceStatus> status =
        Optional.ofNullable(report.get().statuses().get(lease.instance()))
            .filter(its -> its.generation() == lease.generation());
    if (status.isPresent()) {
      return said(lease, status.get(), now);
    }
    return switch (lease.state()) {
      // The host has lost it: it gets the order again, and its time to carry it out.
      case RUNNING -> lease.acknowledged(0, now).in(Lease.State.ORDERED, now);
      case ORDERED -> lease.acknowledged(0, now);
      case PLANNED, OFFERED, FUNDING, STOPPED, ENDING, ENDED -> lease;
    };
  }

  private static Lease said(Lease lease, InstanceStatus status, Instant now) {
    if (status.revision() > lease.ordered().revision()) {
      return lease.above(status.revision(), now);
    }
    if (status.state() == InstanceStatus.State.FENCED && lease.isActive()) {
      // It waits to hear that it runs nowhere else.
      return lease.with(lease.observed().with(status)).acknowledged(0, now);
    }
    boolean news = lease.observed().status().filter(known -> !differs(known, status)).isEmpty();
    return news ? lease.with(lease.observed().with(status)) : lease;
  }

  private static boolean differs(InstanceStatus known, InstanceStatus status) {
    return known.state() != status.state()
        || known.health() != status.health()
        || known.revision() != status.revision()
        || known.restarts() != status.restarts()
        || !known.reason().equals(status.reason())
        || status.runningSeconds() - known.runningSeconds() >= METERED_SECONDS;
  }

  private Lease timed(Lease lease, Instant now) {
    boolean counts =
        lease.payment().closed().isEmpty()
            && (lease.isRunnable() || lease.state() == Lease.State.ENDING);
    Lease.Observed observed = lease.observed();
    boolean silent =
        switch (watch.condition(lease.host())) {
          case SILENT, DEAD -> true;
          case THERE, LEAVING, RECLAIMED, GONE -> false;
        };
    if (counts && silent && observed.downSince().isEmpty()) {
      Instant since = later(watch.heardLast(lease.host()), lease.payment().opened().orElse(now));
      return lease.with(observed.down(since));
    }
    if (observed.downSince().isPresent() && (!silent || !counts)) {
      Instant until = lease.payment().closed().orElse(now);
      long seconds = Duration.between(observed.downSince().get(), until).toSeconds();
      return lease.with(observed.up(Math.max(0, seconds)));
    }
    return lease;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
