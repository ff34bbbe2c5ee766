package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.UsageReceipt;
import cloud.zansoc.codec.format.UsageReceipt.Used;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.api.UsageRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;

/**
 * When a host owes a receipt, what it is asked for, and whether the hub signs what came. Pure but
 * for the hub's key. docs/format/usage-receipt.md has the rules.
 */
public final class UsageReceipts {
  /** A running instance's host is asked so often. */
  static final Duration PERIOD = Duration.ofMinutes(30);

  private UsageReceipts() {}

  /** The book with the receipts that are due now; what is asked for follows from it. */
  static Book due(Book book, HostWatch watch, Instant now) {
    Book after = book;
    for (Lease lease : book.leases()) {
      Optional<Lease.Usage> usage = lease.observed().usage();
      if (usage.isPresent() && isDue(lease, usage.get(), watch, now)) {
        long downtime = usage.get().downtimeBefore() + lease.observed().downtimeSeconds();
        after = after.with(lease.with(usage.get().ask(now, downtime)));
      }
    }
    return after;
  }

  private static boolean isDue(Lease lease, Lease.Usage usage, HostWatch watch, Instant now) {
    if (usage.isAwaited() || usage.isUndelivered() || !watch.condition(lease.host()).isHeard()) {
      return false;
    }
    return switch (lease.state()) {
      case PLANNED, OFFERED, FUNDING, ORDERED, ENDED -> false;
      case RUNNING -> Duration.between(usage.until(), now).compareTo(PERIOD) >= 0;
      case STOPPED -> !isLast(lease, usage);
      case ENDING -> !isLast(lease, usage) && Removal.isDone(lease, watch);
    };
  }

  /** Whether its newest receipt was asked for after it had come into its state. */
  private static boolean isLast(Lease lease, Lease.Usage usage) {
    return usage.asked() > 0
        && !usage.until().isBefore(lease.since().truncatedTo(ChronoUnit.MILLIS));
  }

  /** Whether an ending lease waits for its last receipt. */
  static boolean isOwed(Lease lease, HostWatch watch) {
    Optional<Lease.Usage> usage = lease.observed().usage();
    return !watch.condition(lease.host()).isLost()
        && usage
            .filter(its -> !isLast(lease, its) || its.isAwaited() || its.isUndelivered())
            .isPresent();
  }

  /** What the host of a lease is asked for. */
  static UsageRequest request(Lease lease, Lease.Usage usage) {
    return new UsageRequest(
        lease.instance(),
        lease.generation(),
        lease.number(),
        onChain(lease),
        usage.asked(),
        usage.since(),
        usage.until(),
        usage.downtimeSeconds());
  }

  private static Optional<Digest> onChain(Lease lease) {
    return lease.terms().offer().map(HostOffer::lease);
  }

  /** What the hub makes of what a host has signed. */
  sealed interface Verdict {
    /** Both have signed. */
    record Signed(UsageReceipt.Signed receipt) implements Verdict {}

    /** The hub does not sign. */
    record Disputed(String reason) implements Verdict {}
  }

  /** Signs what is right of a host's answer. */
  static Verdict check(UsageSeal seal, Lease lease, Lease.Usage usage, byte[] answer) {
    UsageReceipt.HostSigned half;
    try {
      half = UsageReceipt.HostSigned.decode(answer);
    } catch (ZansocException e) {
      return new Verdict.Disputed("gave no receipt of usage: " + e.getMessage());
    }
    UsageReceipt wanted = wanted(seal, lease, usage, half.receipt().used());
    if (!half.receipt().equals(wanted) || !seal.isGenuine(half)) {
      return new Verdict.Disputed("signed another receipt of usage than it was asked for");
    }
    return excess(usage, half.receipt())
        .<Verdict>map(Verdict.Disputed::new)
        .orElseGet(() -> new Verdict.Signed(seal.countersign(half)));
  }

  /** The receipt with the hub's part as it must be, and the host's as it is. */
  private static UsageReceipt wanted(UsageSeal seal, Lease lease, Lease.Usage usage, Used host) {
    return new UsageReceipt(
        lease.host(),
        seal.hub(),
        new UsageReceipt.Stay(lease.instance(), lease.generation(), lease.number(), onChain(lease)),
        new UsageReceipt.Period(usage.asked(), usage.since(), usage.until()),
        new Used(
            host.runningSeconds(),
            host.healthySeconds(),
            usage.downtimeSeconds(),
            host.cpuMillis(),
            host.memoryMebibyteSeconds(),
            host.diskMebibyteSeconds(),
            host.receivedBytes(),
            host.sentBytes()));
  }

  /** What a host claims beyond what the hub can have seen since the receipt before. */
  private static Optional<String> excess(Lease.Usage usage, UsageReceipt receipt) {
    Optional<UsageReceipt> before = newest(usage).map(UsageReceipt.Signed::receipt);
    Used had = before.map(UsageReceipt::used).orElse(Used.NOTHING);
    Instant from = before.map(its -> its.period().until()).orElse(usage.since());
    Used has = receipt.used();
    long seen =
        Math.max(
            0,
            Duration.between(from, receipt.period().until()).toSeconds()
                - (has.downtimeSeconds() - had.downtimeSeconds()));
    long claimed = has.runningSeconds() - had.runningSeconds();
    if (claimed > seen) {
      return Optional.of(
          "claims that it ran for %d s of at most %d s since %s".formatted(claimed, seen, from));
    }
    boolean backwards =
        claimed < 0
            || has.healthySeconds() < had.healthySeconds()
            || has.cpuMillis() < had.cpuMillis()
            || has.memoryMebibyteSeconds() < had.memoryMebibyteSeconds()
            || has.diskMebibyteSeconds() < had.diskMebibyteSeconds()
            || has.receivedBytes() < had.receivedBytes()
            || has.sentBytes() < had.sentBytes();
    return backwards
        ? Optional.of("takes back what it has signed before: its receipt counts less")
        : Optional.empty();
  }

  /** The newest receipt of a stay. */
  public static Optional<UsageReceipt.Signed> newest(Lease.Usage usage) {
    return usage.newest().map(text -> UsageReceipt.Signed.decode(Base64.getDecoder().decode(text)));
  }
}
