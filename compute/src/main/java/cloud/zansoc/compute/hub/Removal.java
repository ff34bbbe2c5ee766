package cloud.zansoc.compute.hub;

import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceStatus;
import java.util.Optional;

/** Whether an instance is off the host of one of its leases. */
final class Removal {
  private Removal() {}

  /** Whether the host never had it, or has removed it, or has left. */
  static boolean isDone(Lease lease, HostWatch watch) {
    Lease.Ordered ordered = lease.ordered();
    if (ordered.revision() == 0 || watch.condition(lease.host()) == HostWatch.Condition.GONE) {
      return true;
    }
    if (ordered.wanted() != InstanceOrder.Wanted.REMOVED || !ordered.isAnswered()) {
      return false;
    }
    return watch
        .report(lease.host())
        .filter(report -> !report.asked().isBefore(ordered.acknowledgedAt()))
        .filter(report -> isRemoved(lease, report))
        .isPresent();
  }

  private static boolean isRemoved(Lease lease, HostWatch.Report report) {
    return Optional.ofNullable(report.statuses().get(lease.instance()))
        .filter(status -> status.generation() == lease.generation())
        .filter(status -> status.state() != InstanceStatus.State.REMOVED)
        .isEmpty();
  }

  /** Whether it cannot be running there: it is gone, or the host is dead and has frozen it. */
  static boolean isHarmless(Lease lease, HostWatch watch) {
    return watch.condition(lease.host()) == HostWatch.Condition.DEAD || isDone(lease, watch);
  }
}
