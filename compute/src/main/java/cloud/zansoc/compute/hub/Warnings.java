package cloud.zansoc.compute.hub;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a deployment's owner should do something about soon, and how. Pure. */
final class Warnings {
  /** So long before the money ends it is said. */
  static final Duration AHEAD = Duration.ofHours(6);

  private Warnings() {}

  /**
   * What is to be said.
   *
   * @param mandate none where it was not asked for
   */
  static List<String> of(Book book, Optional<LeasePayments.Mandate> mandate, Instant now) {
    List<String> warnings = new ArrayList<>();
    Deployment deployment = book.deployment();
    if (deployment.state() != Deployment.State.ACTIVE) {
      return warnings;
    }
    List<Lease> open = book.leases().stream().filter(lease -> lease.payment().isOpen()).toList();
    if (deployment.account().isPresent() && !deployment.trouble().isEmpty()) {
      warnings.add("%s: %s".formatted(deployment.name(), deployment.trouble()));
    } else {
      mandate
          .flatMap(allowed -> moneyEnds(open, allowed))
          .filter(end -> end.isBefore(now.plus(AHEAD)))
          .filter(end -> deployment.ends().filter(last -> !end.isBefore(last)).isEmpty())
          .ifPresent(end ->
              warnings.add(
                  "%s is paid until %s and stops then; to pay on: zansoc deployment pay %s 24h"
                      .formatted(
                          deployment.name(),
                          end.truncatedTo(ChronoUnit.SECONDS),
                          deployment.name())));
    }
    for (Instance instance : book.instances()) {
      List<Lease> leases = book.leases(instance.id());
      if (!leases.isEmpty() && instance.wanted() != Instance.Wanted.REMOVED) {
        keptUntil(leases.getLast())
            .ifPresent(end ->
                warnings.add(
                    "%s.%s is stopped; its data are kept until %s"
                        .formatted(
                            instance.name(),
                            deployment.name(),
                            end.truncatedTo(ChronoUnit.SECONDS))));
      }
    }
    return warnings;
  }

  /** When a stopped lease's data are removed. */
  static Optional<Instant> keptUntil(Lease lease) {
    return lease.state() == Lease.State.STOPPED
        ? Optional.of(lease.ordered().keepUntil())
        : Optional.empty();
  }

  /** When the first open lease ends, if all that is left of the mandate is used for them. */
  private static Optional<Instant> moneyEnds(List<Lease> open, LeasePayments.Mandate mandate) {
    Optional<Instant> paid =
        open.stream().map(lease -> lease.ordered().paidUntil()).min(Comparator.naturalOrder());
    BigInteger rate = Compensation.rate(open);
    if (paid.isEmpty() || rate.signum() == 0) {
      return Optional.empty();
    }
    long more =
        new BigInteger(mandate.leftUnits())
            .divide(rate)
            .min(BigInteger.valueOf(Duration.ofDays(3650).toSeconds()))
            .longValueExact();
    Instant spent = paid.get().plusSeconds(more);
    // What is prepaid when a mandate expires is used up.
    Instant expires = mandate.expiry().isAfter(paid.get()) ? mandate.expiry() : paid.get();
    return Optional.of(spent.isBefore(expires) ? spent : expires);
  }
}
