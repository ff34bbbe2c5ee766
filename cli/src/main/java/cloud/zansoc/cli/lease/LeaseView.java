package cloud.zansoc.cli.lease;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.LeaseRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A lease as commands show it; amounts are coins.
 *
 * @param state open, lapsed or closed
 * @param deployment that the lease belongs to
 * @param agent who opened it from a mandate of the client; none: the client itself
 * @param unsettled what is due to the host, commission included
 * @param refund what closing it now would give back to its client
 */
record LeaseView(
    String lease,
    String state,
    String client,
    String host,
    String ratePerHour,
    Instant start,
    String resources,
    Optional<String> deployment,
    Optional<String> agent,
    Optional<Instant> settledUntil,
    Optional<Instant> paidUntil,
    long runwaySeconds,
    String unsettled,
    String refund) {
  static final List<String> HEADERS =
      List.of("LEASE", "STATE", "HOST", ">COINS/HOUR", "PAID UNTIL", ">RUNWAY");

  private static final Digest NONE = new Digest(0, 0, 0, 0);
  private static final long SECONDS_PER_HOUR = 3600;

  static LeaseView of(LeaseRecord record, Instant now) {
    Optional<Lease> open = record.open();
    boolean lapsed = open.filter(lease -> lease.hasLapsed(now)).isPresent();
    return new LeaseView(
        record.id().text(),
        open.isEmpty() ? "closed" : lapsed ? "lapsed" : "open",
        record.client().text(),
        record.host().text(),
        record.rate().times(SECONDS_PER_HOUR).coins(),
        record.start(),
        record.resources().toString(),
        Optional.of(record.deployment()).filter(any -> !any.equals(NONE)).map(Digest::toString),
        record.agent().map(AccountId::text),
        open.map(Lease::settledUntil),
        open.map(Lease::paidUntil),
        open.map(lease -> lease.runway(now).toSeconds()).orElse(0L),
        open.map(lease -> lease.due(now)).orElse(Amount.ZERO).coins(),
        open.map(lease -> lease.refund(now)).orElse(Amount.ZERO).coins());
  }

  /** One line of the table. */
  List<String> row() {
    return List.of(
        lease,
        state,
        host,
        ratePerHour,
        paidUntil.map(Instant::toString).orElse("-"),
        paidUntil.isPresent() ? runway() : "-");
  }

  /** Everything, a line each. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("lease         " + lease);
    lines.add("state         " + state);
    lines.add("client        " + client);
    lines.add("host          " + host);
    lines.add("rate          " + ratePerHour + " coins an hour");
    lines.add("opened        " + start);
    lines.add("resources     " + resources);
    deployment.ifPresent(its -> lines.add("deployment    " + its));
    agent.ifPresent(who -> lines.add("opened by     " + who + ", from a mandate"));
    settledUntil.ifPresent(until -> lines.add("settled until " + until));
    paidUntil.ifPresent(until -> {
      lines.add("paid until    " + until + ", for " + runway());
      lines.add("unsettled     " + unsettled + " coins");
      lines.add("refund        " + refund + " coins if it is closed now");
    });
    return lines;
  }

  private String runway() {
    return text(Duration.ofSeconds(runwaySeconds));
  }

  /** "3d 4h", "4h 5m", "5m 6s" or "6s". */
  static String text(Duration time) {
    if (time.toDays() > 0) {
      return "%dd %dh".formatted(time.toDays(), time.toHoursPart());
    }
    if (time.toHours() > 0) {
      return "%dh %dm".formatted(time.toHours(), time.toMinutesPart());
    }
    return time.toMinutes() > 0
        ? "%dm %ds".formatted(time.toMinutes(), time.toSecondsPart())
        : time.toSeconds() + "s";
  }
}
