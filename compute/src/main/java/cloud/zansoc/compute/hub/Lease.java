package cloud.zansoc.compute.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.net.node.ComputeOffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A place for an instance on one host, from its reservation until nothing of it is left there and
 * its money is settled. docs/decisions/0015-leases-and-instances.md has the table of its states.
 *
 * @param number counts the instance's leases from 1
 * @param generation counts its moves from host to host: a lease on the host of the one before has
 *     the same, and takes over its order
 */
public record Lease(
    InstanceId instance,
    long number,
    long generation,
    PeerId host,
    State state,
    Instant since,
    Terms terms,
    Ordered ordered,
    Payment payment,
    Observed observed) {
  /** How far it is. */
  public enum State {
    /** The host's capacity is reserved; the host is asked for its offer. */
    PLANNED,
    /** The host's offer is kept; the others of the round are waited for. */
    OFFERED,
    /** The payments were asked to open it. */
    FUNDING,
    /** It is paid; the host is given the order, and has not shown it running. */
    ORDERED,
    /** The host has shown it running. */
    RUNNING,
    /** No longer paid; the host keeps its data until {@link Ordered#keepUntil}. */
    STOPPED,
    /** The host shall remove it, and its money is settled. */
    ENDING,
    /** Over. */
    ENDED
  }

  /**
   * What was agreed.
   *
   * @param promised what is reserved of the host, until the lease has ended
   * @param perHour at the prices that the host had published
   * @param round those of one round are opened together
   * @param nonce with it the same question has the same offer
   * @param expiry of the offer
   * @param offer none before the host has answered, and where there is no ledger
   */
  public record Terms(
      InstanceSize size,
      ComputeOffer.Capacity promised,
      Money perHour,
      long round,
      Digest nonce,
      Instant expiry,
      Optional<HostOffer> offer) {}

  /**
   * The order to the host, as far as it changes.
   *
   * @param revision 0 before the first
   * @param at when that revision was made
   * @param acknowledged the highest revision that the host has answered
   * @param acknowledgedAt when
   * @param place digest of its place in the private network as ordered; empty: it has none
   */
  public record Ordered(
      long revision,
      Instant at,
      long acknowledged,
      Instant acknowledgedAt,
      InstanceOrder.Wanted wanted,
      Instant paidUntil,
      Instant keepUntil,
      String place) {
    /** Nothing ordered yet. */
    public static final Ordered NOTHING =
        new Ordered(
            0,
            Instant.EPOCH,
            0,
            Instant.EPOCH,
            InstanceOrder.Wanted.RUNNING,
            Instant.EPOCH,
            Instant.EPOCH,
            "");

    /** Whether the host has answered the newest revision. */
    public boolean isAnswered() {
      return acknowledged == revision;
    }
  }

  /**
   * Its money.
   *
   * @param opened when it began to be paid
   * @param topUps asked for so far
   * @param toppedUp of them, those that are over, done or refused
   * @param reason why it is closed, in the escrow's numbers
   * @param closed when it ended to be paid, for good
   * @param settled what came of it; none before it is closed, and where there is no ledger
   */
  public record Payment(
      Optional<Instant> opened,
      int topUps,
      int toppedUp,
      int reason,
      Optional<Instant> closed,
      Optional<Settled> settled) {
    /** Nothing paid yet. */
    public static final Payment NOTHING =
        new Payment(Optional.empty(), 0, 0, 0, Optional.empty(), Optional.empty());

    /** Whether it is being paid for. */
    boolean isOpen() {
      return opened.isPresent() && closed.isEmpty();
    }

    /** The same, opened. */
    public Payment opened(Instant at) {
      return new Payment(Optional.of(at), topUps, toppedUp, reason, closed, settled);
    }

    /** The same, with other counts of top-ups. */
    public Payment toppedUp(int asked, int over) {
      return new Payment(opened, asked, over, reason, closed, settled);
    }

    /** The same, to be closed for a reason. */
    public Payment because(int other) {
      return new Payment(opened, topUps, toppedUp, other, closed, settled);
    }

    /** The same, closed, where the chain has nothing of it. */
    public Payment closed(Instant at) {
      return new Payment(opened, topUps, toppedUp, reason, Optional.of(at), settled);
    }

    /** The same, closed, with what came of it. */
    public Payment closed(Instant at, Settled outcome) {
      return new Payment(opened, topUps, toppedUp, reason, Optional.of(at), Optional.of(outcome));
    }
  }

  /**
   * What came of a closed lease's money.
   *
   * @param charge as the chain has it
   * @param downtimeSeconds within the paid ones, in which the host was away or broke the terms
   * @param compensationUnits what the provider gives back for them, in units of 10^-18 coins
   */
  public record Settled(
      LeasePayments.Charge charge, long downtimeSeconds, String compensationUnits) {}

  /**
   * The receipts of an instance's stay on a host, from its first order there on.
   *
   * @param since when it began
   * @param downtimeBefore seconds under the stay's leases before this one; negative: this one's
   *     before the stay began
   * @param asked the number of the newest receipt that the host was asked for
   * @param over of them, the highest that is signed by both, or never will be
   * @param until of the newest that was asked for
   * @param downtimeSeconds likewise
   * @param delivered the highest that the host has with the hub's signature
   * @param newest that both have signed, in base 64
   */
  public record Usage(
      Instant since,
      long downtimeBefore,
      long asked,
      long over,
      Instant until,
      long downtimeSeconds,
      long delivered,
      Optional<String> newest) {
    public Usage {
      since = since.truncatedTo(ChronoUnit.MILLIS);
      until = until.truncatedTo(ChronoUnit.MILLIS);
    }

    /** A stay that begins, under a lease that has seen downtime before. */
    static Usage since(Instant now, long downtime) {
      return new Usage(now, -downtime, 0, 0, now, 0, 0, Optional.empty());
    }

    /** The same under the stay's next lease, which waits for no receipt of the one before. */
    Usage after(long moreDowntime) {
      Usage its = isAwaited() ? withoutOne() : this;
      return new Usage(
          since,
          downtimeBefore + moreDowntime,
          its.asked,
          its.over,
          until,
          downtimeSeconds,
          its.delivered,
          newest);
    }

    /** The same, with one more receipt asked for; a period has no more downtime than seconds. */
    Usage ask(Instant now, long downtime) {
      long most = downtimeSeconds + Math.max(0, Duration.between(until, now).toSeconds());
      return new Usage(
          since,
          downtimeBefore,
          asked + 1,
          over,
          now,
          Math.min(Math.max(downtimeSeconds, downtime), most),
          delivered,
          newest);
    }

    /** The same, with a receipt that both have signed. */
    Usage signed(long number, String receipt) {
      return new Usage(
          since,
          downtimeBefore,
          asked,
          number,
          until,
          downtimeSeconds,
          delivered,
          Optional.of(receipt));
    }

    /** The same without the receipt that was asked for. */
    Usage withoutOne() {
      return new Usage(since, downtimeBefore, asked, asked, until, downtimeSeconds, asked, newest);
    }

    /** The same after the host has a receipt back. */
    Usage delivered(long number) {
      return new Usage(since, downtimeBefore, asked, over, until, downtimeSeconds, number, newest);
    }

    /** Whether a receipt is asked for and has not come. */
    boolean isAwaited() {
      return asked > over;
    }

    /** Whether the host is to get a receipt back. */
    boolean isUndelivered() {
      return over > delivered;
    }
  }

  /**
   * What was seen of it.
   *
   * @param status that the host gave last
   * @param meteredBefore seconds that it metered in this generation under the lease before
   * @param downSince the host was heard last then, and is silent; none while it is heard
   * @param downtimeSeconds within the paid ones, before {@code downSince}
   * @param usage the receipts; none before the first order
   */
  public record Observed(
      Optional<InstanceStatus> status,
      long meteredBefore,
      Optional<Instant> downSince,
      long downtimeSeconds,
      Optional<Usage> usage) {
    /** Nothing seen yet. */
    public static final Observed NOTHING =
        new Observed(Optional.empty(), 0, Optional.empty(), 0, Optional.empty());

    /** The seconds that the host metered under this lease. */
    public long meteredSeconds() {
      return Math.max(0, status.map(InstanceStatus::runningSeconds).orElse(0L) - meteredBefore);
    }

    /** The same with another status. */
    public Observed with(InstanceStatus other) {
      return new Observed(Optional.of(other), meteredBefore, downSince, downtimeSeconds, usage);
    }

    /** The same, of a host that is silent since then. */
    public Observed down(Instant since) {
      return new Observed(status, meteredBefore, Optional.of(since), downtimeSeconds, usage);
    }

    /** The same, of a host that is heard again. */
    public Observed up(long moreDowntimeSeconds) {
      return new Observed(
          status, meteredBefore, Optional.empty(), downtimeSeconds + moreDowntimeSeconds, usage);
    }

    /** The same with other receipts. */
    public Observed with(Usage other) {
      return new Observed(status, meteredBefore, downSince, downtimeSeconds, Optional.of(other));
    }
  }

  /** Names it in keys of payments and in logs. */
  public String key() {
    return instance + "/" + number;
  }

  /** Whether it is meant to go on. */
  public boolean isActive() {
    return state != State.ENDING && state != State.ENDED;
  }

  /** Whether its instance runs, or is about to. */
  public boolean isRunnable() {
    return state == State.ORDERED || state == State.RUNNING;
  }

  /** Whether its place on the host is reserved and not yet paid. */
  public boolean isProspective() {
    return switch (state) {
      case PLANNED, OFFERED, FUNDING -> true;
      case ORDERED, RUNNING, STOPPED, ENDING, ENDED -> false;
    };
  }

  /** The same, stopped: it takes no more of its host than its disk. */
  public Lease halted(int reason, Instant now) {
    ComputeOffer.Capacity disk =
        new ComputeOffer.Capacity(0, new ByteSize(0), terms.promised().disk(), 0);
    Terms other =
        new Terms(
            terms.size(),
            disk,
            terms.perHour(),
            terms.round(),
            terms.nonce(),
            terms.expiry(),
            terms.offer());
    return new Lease(
        instance,
        number,
        generation,
        host,
        State.STOPPED,
        now,
        other,
        ordered,
        payment.because(reason),
        observed);
  }

  /** The same in another state from now on. */
  public Lease in(State other, Instant now) {
    return new Lease(
        instance, number, generation, host, other, now, terms, ordered, payment, observed);
  }

  /** The same with the host's offer. */
  public Lease with(HostOffer offer) {
    Terms other =
        new Terms(
            terms.size(),
            terms.promised(),
            terms.perHour(),
            terms.round(),
            terms.nonce(),
            terms.expiry(),
            Optional.of(offer));
    return new Lease(
        instance, number, generation, host, state, since, other, ordered, payment, observed);
  }

  /** The same with another payment. */
  public Lease with(Payment other) {
    return new Lease(
        instance, number, generation, host, state, since, terms, ordered, other, observed);
  }

  /** The same, seen otherwise. */
  public Lease with(Observed other) {
    return new Lease(
        instance, number, generation, host, state, since, terms, ordered, payment, other);
  }

  private Lease with(Ordered other) {
    return new Lease(
        instance, number, generation, host, state, since, terms, other, payment, observed);
  }

  /** The next revision of its order. */
  public Lease order(InstanceOrder.Wanted wanted, Instant keepUntil, Instant now) {
    return order(wanted, ordered.paidUntil(), keepUntil, ordered.place(), now);
  }

  /** The next revision of its order, paid for longer and with this place. */
  public Lease order(Instant paidUntil, Instant keepUntil, String place, Instant now) {
    return order(ordered.wanted(), paidUntil, keepUntil, place, now);
  }

  private Lease order(
      InstanceOrder.Wanted wanted,
      Instant paidUntil,
      Instant keepUntil,
      String place,
      Instant now) {
    return with(
        new Ordered(
            ordered.revision() + 1,
            now,
            ordered.acknowledged(),
            ordered.acknowledgedAt(),
            wanted,
            paidUntil,
            keepUntil,
            place));
  }

  /** The same, paid until then, before its first order. */
  public Lease paidUntil(Instant until, Instant keepUntil) {
    return with(
        new Ordered(
            ordered.revision(),
            ordered.at(),
            ordered.acknowledged(),
            ordered.acknowledgedAt(),
            ordered.wanted(),
            until,
            keepUntil,
            ordered.place()));
  }

  /** The same after the host has answered a revision; 0 where it knows none any more. */
  public Lease acknowledged(long revision, Instant now) {
    return acknowledged(ordered.revision(), revision, now);
  }

  /** The same as a revision above one that the host has, but not from here. */
  public Lease above(long revision, Instant now) {
    return acknowledged(revision + 1, ordered.acknowledged(), now);
  }

  private Lease acknowledged(long revision, long acknowledged, Instant now) {
    return with(
        new Ordered(
            revision,
            ordered.at(),
            acknowledged,
            now,
            ordered.wanted(),
            ordered.paidUntil(),
            ordered.keepUntil(),
            ordered.place()));
  }

  /** This lease with the order of an older one on the same host, which gives it up. */
  public Lease takingOver(Lease older) {
    Observed continued =
        new Observed(
            older.observed.status(),
            older.observed.status().map(InstanceStatus::runningSeconds).orElse(0L),
            Optional.empty(),
            0,
            older.observed.usage().map(its -> its.after(older.observed.downtimeSeconds())));
    Ordered its = older.ordered;
    return with(continued)
        .with(
            new Ordered(
                its.revision(),
                its.at(),
                its.acknowledged(),
                its.acknowledgedAt(),
                InstanceOrder.Wanted.RUNNING,
                ordered.paidUntil(),
                ordered.keepUntil(),
                its.place()));
  }

  /** This lease without an order: another one has taken it over. */
  public Lease givenUp() {
    Observed without =
        new Observed(
            observed.status(),
            observed.meteredBefore(),
            observed.downSince(),
            observed.downtimeSeconds(),
            Optional.empty());
    return with(without).with(Ordered.NOTHING);
  }

  /** The same with other receipts. */
  Lease with(Usage usage) {
    return with(observed.with(usage));
  }

  /** The same, ending for a reason of the escrow's. */
  public Lease ending(int reason, Instant now) {
    return with(payment.because(reason)).in(State.ENDING, now);
  }
}
