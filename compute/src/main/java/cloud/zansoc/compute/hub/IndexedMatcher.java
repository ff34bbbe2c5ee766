package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Money;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.InstancePrice;
import cloud.zansoc.compute.hub.HostSearch.Ranking;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Matches on an index of the hosts that is kept from call to call: only hosts that changed are
 * written anew.
 *
 * <p>Instances that need the same are placed one after the other, the largest first (best-fit
 * decreasing), each on the host that is cheapest for it; among equals by reputation (in tenths),
 * whether the host enforces disk limits, how many replicas share its host, network and region, how
 * little is left unused, and at last by id. For one service that finds the cheapest placement there
 * is; where several services do not all find room so, they are placed once more by how little is
 * left unused. Thread-safe.
 */
public final class IndexedMatcher implements Matcher {
  private final HostIndex index = new HostIndex();

  @Override
  public synchronized Match match(Request request, Collection<ComputeHost> hosts) {
    index.keep(hosts);
    return match(request);
  }

  /** Adds a host, or takes what is new about it: its state, prices, and what is free. */
  public synchronized void update(ComputeHost host) {
    index.update(host);
  }

  /** Forgets a host. */
  public synchronized void remove(PeerId host) {
    index.remove(host);
  }

  /** Matches with the hosts as they were updated. */
  public synchronized Match match(Request request) {
    List<Group> groups = groups(request);
    Attempt attempt = attempt(request, groups, Ranking.PRICE);
    if (attempt instanceof Failed
        && groups.size() > 1
        && attempt(request, groups, Ranking.FIT) instanceof Found packed) {
      attempt = packed;
    }
    return switch (attempt) {
      case Found(List<Integer> slots) -> priced(request, slots);
      case Failed(Group group, int placed) ->
          new Match.Obstructed(
              Obstacles.of(index.all(), request.placed(), group.need(), group.size(), placed));
    };
  }

  /**
   * Instances that need the same.
   *
   * @param positions in the request
   */
  private record Group(Need need, List<Integer> positions) {
    int size() {
      return positions.size();
    }
  }

  private static List<Group> groups(Request request) {
    Map<Need, List<Integer>> positions = new LinkedHashMap<>();
    for (int i = 0; i < request.wanted().size(); i++) {
      positions
          .computeIfAbsent(
              Need.of(request.spec(), request.wanted().get(i)), any -> new ArrayList<>())
          .add(i);
    }
    List<Group> groups = new ArrayList<>();
    positions.forEach((need, at) -> groups.add(new Group(need, at)));
    groups.sort(
        Comparator.comparing(
            Group::need,
            Comparator.comparing((Need need) -> need.only().isEmpty())
                .thenComparing(
                    Comparator.comparingInt((Need need) -> need.size().gpus())
                        .thenComparingInt(need -> need.size().milliVcpus())
                        .thenComparing(need -> need.size().memory())
                        .reversed())));
    return groups;
  }

  private sealed interface Attempt {}

  /** A slot for each instance, in the order of the request. */
  private record Found(List<Integer> slots) implements Attempt {}

  /** A group of which so many instances found a host, and not all. */
  private record Failed(Group group, int placed) implements Attempt {}

  private Attempt attempt(Request request, List<Group> groups, Ranking ranking) {
    Map<String, Replicas> replicas = new HashMap<>();
    for (Placed placed : request.placed()) {
      index.slot(placed.host()).ifPresent(slot -> replicasOf(replicas, placed.service()).add(slot));
    }
    Integer[] slots = new Integer[request.wanted().size()];
    List<Runnable> undo = new ArrayList<>();
    try {
      for (Group group : groups) {
        Replicas siblings = replicasOf(replicas, group.need().service());
        HostSearch search = new HostSearch(index, group.need(), siblings, ranking);
        for (int i = 0; i < group.size(); i++) {
          int slot = search.next();
          if (slot == HostSearch.NONE) {
            return new Failed(group, i);
          }
          index.take(slot, group.need());
          undo.add(() -> index.giveBack(slot, group.need()));
          siblings.add(slot);
          slots[group.positions().get(i)] = slot;
        }
      }
      return new Found(List.of(slots));
    } finally {
      undo.forEach(Runnable::run);
    }
  }

  private Replicas replicasOf(Map<String, Replicas> replicas, String service) {
    return replicas.computeIfAbsent(service, any -> new Replicas(index));
  }

  private Match priced(Request request, List<Integer> slots) {
    DeploymentSpec spec = request.spec();
    List<Choice> choices = new ArrayList<>();
    Money total = Money.ZERO;
    for (Placed placed : request.placed()) {
      total = total.plus(placed.perHour());
    }
    for (int i = 0; i < slots.size(); i++) {
      Wanted wanted = request.wanted().get(i);
      ComputeHost host = index.host(slots.get(i));
      Need need = Need.of(spec, wanted);
      Money hour = InstancePrice.hour(host.offer().prices(), need.size(), need.stored());
      choices.add(new Choice(wanted.instance(), host, hour));
      total = total.plus(hour);
    }
    Optional<Money> most = spec.mostPerHour();
    return most.isPresent() && total.compareTo(most.get()) > 0
        ? new Match.Obstructed(Obstacles.price(total, most.get()))
        : new Match.Found(choices);
  }
}
