package cloud.zansoc.compute.hub;

import cloud.zansoc.compute.api.InstanceOrder;
import cloud.zansoc.compute.api.InstanceStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which instances of a deployment serve the ports that are published. Pure. */
final class Serving {
  private Serving() {}

  /**
   * Those that run on hosts that are heard, and are to go on. Where a service has a health check,
   * those that it calls healthy; while there are none, those that it has not asked yet.
   */
  static List<Endpoints.Replica> of(Book book, HostWatch watch) {
    List<Endpoints.Replica> serving = new ArrayList<>();
    if (book.deployment().state() != Deployment.State.ACTIVE) {
      return serving;
    }
    book.deployment().spec().services().stream()
        .filter(service -> !service.ports().isEmpty())
        .forEach(service -> {
          List<Endpoints.Replica> unknown = new ArrayList<>();
          List<Endpoints.Replica> healthy = new ArrayList<>();
          for (Instance instance : book.instances()) {
            if (instance.service().equals(service.name())
                && instance.wanted() == Instance.Wanted.RUNNING) {
              place(book, instance, watch)
                  .ifPresent(lease ->
                      (isHealthy(lease) || service.health().isEmpty() ? healthy : unknown)
                          .add(replica(instance, lease)));
            }
          }
          serving.addAll(healthy.isEmpty() ? unknown : healthy);
        });
    return serving;
  }

  /**
   * The stays on hosts that are not over: those whose removal is not ordered. A host that is silent
   * for a while has its own until it is given up.
   */
  static Set<Endpoints.Stay> held(Book book) {
    return book.leases().stream()
        .filter(lease -> lease.ordered().revision() > 0)
        .filter(lease -> lease.ordered().wanted() != InstanceOrder.Wanted.REMOVED)
        .map(lease -> new Endpoints.Stay(lease.instance(), lease.generation()))
        .collect(Collectors.toSet());
  }

  /** The newest lease under which it can be reached. */
  private static Optional<Lease> place(Book book, Instance instance, HostWatch watch) {
    return book.leases(instance.id()).reversed().stream()
        .filter(lease -> lease.state() == Lease.State.RUNNING)
        .filter(lease -> lease.ordered().wanted() == InstanceOrder.Wanted.RUNNING)
        .filter(lease ->
            lease
                .observed()
                .status()
                .filter(status -> status.generation() == lease.generation())
                .filter(InstanceStatus::isReachable)
                .isPresent())
        .filter(lease -> watch.condition(lease.host()).isHeard())
        .findFirst();
  }

  private static boolean isHealthy(Lease lease) {
    return lease
        .observed()
        .status()
        .filter(status -> status.health() == InstanceStatus.Health.HEALTHY)
        .isPresent();
  }

  private static Endpoints.Replica replica(Instance instance, Lease lease) {
    return new Endpoints.Replica(
        instance.service(), instance.name(), instance.id(), lease.generation(), lease.host());
  }
}
