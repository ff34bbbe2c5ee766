package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.compute.hub.LeasePayments.Progress;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What leases need of the payments beside opening, topping up and closing: once a day hosts are
 * paid what they have earned, all in one go, and clients get back what they are owed. Everything
 * has a key, so that nothing is done twice. Used by one thread.
 */
public final class LeaseUpkeep {
  private static final int COIN_DECIMALS = 18;
  private static final Duration RETRY = Duration.ofMinutes(10);
  private static final Logger LOG = LoggerFactory.getLogger(LeaseUpkeep.class);

  private final ComputeStore store;
  private final LeasePayments payments;
  private final Clock clock;
  private final Map<String, Instant> retryAt = new HashMap<>();
  private Optional<LocalDate> settled = Optional.empty();

  public LeaseUpkeep(ComputeStore store, LeasePayments payments, Clock clock) {
    this.store = store;
    this.payments = payments;
    this.clock = clock;
  }

  /** Does what is due; to be called about once a minute. */
  public void tick() {
    settle();
    compensate();
  }

  /** The day is part of the keys: a hub that starts again asks for the same. */
  private void settle() {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    if (settled.equals(Optional.of(today))) {
      return;
    }
    Map<String, Digest> open = new TreeMap<>();
    for (Digest deployment : store.deployments()) {
      store
          .book(deployment)
          .ifPresent(book ->
              book.leases().stream()
                  .filter(lease -> lease.payment().isOpen())
                  .filter(lease -> isFromBefore(lease, today))
                  .forEach(lease ->
                      lease
                          .terms()
                          .offer()
                          .ifPresent(
                              offer -> open.put(lease.key() + "/settle/" + today, offer.lease()))));
    }
    if (!open.isEmpty()) {
      payments.settle(new LinkedHashMap<>(open));
      LOG.info("hosts are paid what they have earned of {} leases", open.size());
    }
    settled = Optional.of(today);
  }

  private static boolean isFromBefore(Lease lease, LocalDate today) {
    return lease
        .payment()
        .opened()
        .filter(at -> at.isBefore(today.atStartOfDay(ZoneOffset.UTC).toInstant()))
        .isPresent();
  }

  private void compensate() {
    for (ComputeStore.Owed owed : store.owed()) {
      switch (payments.progress(owed.key())) {
        case Progress.Unknown() -> {
          if (!retryAt.getOrDefault(owed.key(), Instant.EPOCH).isAfter(clock.instant())) {
            payments.compensate(owed.key(), owed.account(), owed.units());
          }
        }
        case Progress.Waiting() -> {}
        case Progress.Done() -> store.paidBack(owed.settled());
        case Progress.Refused(String reason) -> {
          ComputeStore.Owed again = owed.refused();
          LOG.warn(
              "{} ZANS are owed to {} for downtime and cannot be paid: {}; deposit coins for the hub's account",
              new BigDecimal(new BigInteger(owed.units()), COIN_DECIMALS).toPlainString(),
              owed.account(),
              reason);
          retryAt.put(again.key(), clock.instant().plus(RETRY));
          store.paidBack(again);
        }
      }
    }
  }
}
