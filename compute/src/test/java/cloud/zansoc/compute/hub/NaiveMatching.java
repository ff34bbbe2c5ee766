package cloud.zansoc.compute.hub;

import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.InstancePrice;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.net.node.ComputeOffer.Feature;
import cloud.zansoc.net.node.NodeView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The oracle: tries every host for every instance, without an index. */
final class NaiveMatching {
  private final DeploymentSpec spec;
  private final List<ComputeHost> hosts;

  NaiveMatching(DeploymentSpec spec, List<ComputeHost> hosts) {
    this.spec = spec;
    this.hosts = hosts;
  }

  /** An instance of a service on a host. */
  record Put(ServiceSpec service, ComputeHost host) {}

  /** The least that all instances cost together in micro-dollars; none where they do not fit. */
  Optional<Long> cheapest() {
    List<ServiceSpec> instances = new ArrayList<>();
    for (ServiceSpec service : spec.services()) {
      for (int i = 0; i < service.replicas(); i++) {
        instances.add(service);
      }
    }
    return cheapest(instances, new ArrayList<>());
  }

  private Optional<Long> cheapest(List<ServiceSpec> instances, List<Put> put) {
    if (put.size() == instances.size()) {
      return Optional.of(put.stream().mapToLong(each -> price(each.service, each.host)).sum());
    }
    Optional<Long> best = Optional.empty();
    for (ComputeHost host : hosts) {
      Put next = new Put(instances.get(put.size()), host);
      if (isAllowed(put, next)) {
        put.add(next);
        Optional<Long> whole = cheapest(instances, put);
        put.removeLast();
        if (whole.isPresent() && best.filter(least -> least <= whole.get()).isEmpty()) {
          best = whole;
        }
      }
    }
    return best;
  }

  /** The hosts that the replicas of the only service get, one after the other by the ranking. */
  Optional<List<ComputeHost>> inTurn() {
    ServiceSpec service = spec.services().getFirst();
    List<Put> put = new ArrayList<>();
    for (int i = 0; i < service.replicas(); i++) {
      Optional<ComputeHost> best =
          hosts.stream()
              .filter(host -> isAllowed(put, new Put(service, host)))
              .min(ranking(put, service));
      if (best.isEmpty()) {
        return Optional.empty();
      }
      put.add(new Put(service, best.get()));
    }
    return Optional.of(put.stream().map(Put::host).toList());
  }

  private Comparator<ComputeHost> ranking(List<Put> put, ServiceSpec service) {
    return Comparator.comparingLong((ComputeHost host) -> price(service, host))
        .thenComparingDouble(host -> -Math.floor(host.reputation() * 10))
        .thenComparing(host -> !host.offer().features().contains(Feature.DISK_LIMIT))
        .thenComparingLong(host -> put.stream().filter(each -> each.host.equals(host)).count())
        .thenComparingLong(
            host -> put.stream().filter(each -> each.host.network().equals(host.network())).count())
        .thenComparingLong(
            host -> put.stream().filter(each -> each.host.region().equals(host.region())).count())
        .thenComparingInt(host -> host.free().gpus() - gpus(put, host))
        .thenComparingLong(host ->
            Math.max(
                host.free().milliVcpus() - milliVcpus(put, host) - service.size().milliVcpus(),
                (host.free().memory().bytes() - memory(put, host) - service.size().memory().bytes())
                    / 2_000_000))
        .thenComparing(ComputeHost::id);
  }

  private boolean isAllowed(List<Put> put, Put next) {
    ServiceSpec service = next.service;
    ComputeHost host = next.host;
    return host.state() == NodeView.State.READY
        && host.reputation() > 0
        && host.labels().entrySet().containsAll(service.labels().entrySet())
        && (!spec.privateNetwork() || host.offer().features().contains(Feature.PRIVATE_NETWORK))
        && host.free().gpus() - gpus(put, host) >= service.size().gpus()
        && host.free().milliVcpus() - milliVcpus(put, host) >= service.size().milliVcpus()
        && host.free().memory().bytes() - memory(put, host) >= service.size().memory().bytes()
        && host.free().disk().bytes() - disk(put, host) >= service.size().disk().bytes()
        && put.stream()
            .filter(each -> each.service.equals(service))
            .allMatch(each -> isApart(service.spread(), each.host, host))
        && (service.spread() != ServiceSpec.Spread.REGIONS || !host.region().isEmpty());
  }

  private static boolean isApart(ServiceSpec.Spread spread, ComputeHost one, ComputeHost other) {
    return switch (spread) {
      case NONE -> true;
      case HOSTS -> !one.equals(other);
      case NETWORKS -> !one.network().equals(other.network());
      case REGIONS -> !one.region().equals(other.region());
    };
  }

  private static long price(ServiceSpec service, ComputeHost host) {
    return InstancePrice.hour(host.offer().prices(), service.size(), service.volumes())
        .microDollars();
  }

  private static int gpus(List<Put> put, ComputeHost host) {
    return on(put, host).stream().mapToInt(each -> each.service.size().gpus()).sum();
  }

  private static int milliVcpus(List<Put> put, ComputeHost host) {
    return on(put, host).stream().mapToInt(each -> each.service.size().milliVcpus()).sum();
  }

  private static long memory(List<Put> put, ComputeHost host) {
    return on(put, host).stream().mapToLong(each -> each.service.size().memory().bytes()).sum();
  }

  private static long disk(List<Put> put, ComputeHost host) {
    return on(put, host).stream().mapToLong(each -> each.service.size().disk().bytes()).sum();
  }

  private static List<Put> on(List<Put> put, ComputeHost host) {
    return put.stream().filter(each -> each.host.equals(host)).toList();
  }
}
