package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.InstancePrice;
import cloud.zansoc.compute.hub.HostSearch.Ranking;
import cloud.zansoc.compute.hub.MatchResult.Placed;
import cloud.zansoc.compute.hub.MatchResult.Placement;
import cloud.zansoc.compute.hub.MatchResult.Unplaceable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Matches instances with hosts. The same hosts and the same request give the same answer.
 *
 * <p>Services are placed one after the other, those with the largest instances first (best-fit
 * decreasing), each instance on the host that is cheapest for it; among equals by reputation (in
 * tenths), whether the host enforces disk limits, how many replicas share its host, network and
 * region, how little is left unused, and at last by id. For one service that finds the cheapest
 * placement there is; where several services do not all find room so, they are placed once more by
 * how little is left unused. Thread-safe.
 */
public final class Matcher {
  private final HostIndex hosts = new HostIndex();

  /** Adds a host, or takes what is new about it: its state, prices, and what is free. */
  public synchronized void update(ComputeHost host) {
    hosts.update(host);
  }

  /** Forgets a host. */
  public synchronized void remove(PeerId host) {
    hosts.remove(host);
  }

  /** Finds a host for each instance; nothing is reserved by it. */
  public synchronized MatchResult match(MatchRequest request) {
    Map<String, List<WantedInstance>> services = new LinkedHashMap<>();
    for (WantedInstance instance : request.instances()) {
      services.computeIfAbsent(instance.service(), any -> new ArrayList<>()).add(instance);
    }
    List<List<WantedInstance>> largestFirst = new ArrayList<>(services.values());
    largestFirst.sort(
        Comparator.comparing(
            List::getFirst,
            Comparator.comparingInt((WantedInstance each) -> each.size().gpus())
                .thenComparingInt(each -> each.size().milliVcpus())
                .thenComparing(each -> each.size().memory())
                .reversed()));
    Attempt attempt = attempt(request, largestFirst, Ranking.PRICE);
    if (attempt instanceof Failed
        && services.size() > 1
        && attempt(request, largestFirst, Ranking.FIT) instanceof Found packed) {
      attempt = packed;
    }
    return switch (attempt) {
      case Found(Map<WantedInstance, Integer> slots) -> priced(request, slots);
      case Failed(List<WantedInstance> service, int placed) ->
          new Unplaceable(Obstacles.of(hosts.all(), request, service, placed));
    };
  }

  private sealed interface Attempt {}

  /** A slot for each instance. */
  private record Found(Map<WantedInstance, Integer> slots) implements Attempt {}

  /** A service of which so many instances found a host, and not all. */
  private record Failed(List<WantedInstance> service, int placed) implements Attempt {}

  private Attempt attempt(
      MatchRequest request, List<List<WantedInstance>> services, Ranking ranking) {
    Map<WantedInstance, Integer> slots = new HashMap<>();
    try {
      for (List<WantedInstance> service : services) {
        HostSearch search = new HostSearch(hosts, request, service.getFirst(), ranking);
        for (int i = 0; i < service.size(); i++) {
          int slot = search.next();
          if (slot == HostSearch.NONE) {
            return new Failed(service, i);
          }
          hosts.take(slot, service.get(i));
          search.count(slot);
          slots.put(service.get(i), slot);
        }
      }
      return new Found(slots);
    } finally {
      slots.forEach((instance, slot) -> hosts.giveBack(slot, instance));
    }
  }

  private MatchResult priced(MatchRequest request, Map<WantedInstance, Integer> slots) {
    List<Placed> placed = new ArrayList<>();
    Money total = Money.ZERO;
    for (WantedInstance instance : request.instances()) {
      ComputeHost host = hosts.host(Objects.requireNonNull(slots.get(instance)));
      Money hour = InstancePrice.hour(host.offer().prices(), instance.size(), instance.stored());
      placed.add(new Placed(instance, host, hour));
      total = total.plus(hour);
    }
    if (request.mostPerHour().isPresent() && total.compareTo(request.mostPerHour().get()) > 0) {
      return new Unplaceable(Obstacles.price(total, request.mostPerHour().get()));
    }
    return new Placement(placed, total);
  }
}
