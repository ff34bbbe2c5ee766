package cloud.zansoc.storage.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.node.NodeView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Chooses hosts for the positions of a segment.
 *
 * <p>Each host that may get blocks draws an exponential number divided by its weight (free space
 * times reputation), the lowest first: a random sample without repetition in which a host comes in
 * proportion to its weight (Efraimidis and Spirakis 2006), so that hosts fill evenly. Networks are
 * then taken in turns: nobody gets a second host of a network while another network has a first.
 * Pure but for the random numbers. Thread-safe if {@code random} is.
 */
public final class Placement {
  /** How many times the hosts wanted are looked at before all hosts are. */
  private static final int SAMPLE = 4;

  private final RandomGenerator random;

  /**
   * @param random asked for one number for each choice, which seeds the choice's own generator
   */
  public Placement(RandomGenerator random) {
    this.random = random;
  }

  /**
   * What is wanted.
   *
   * @param count how many hosts
   * @param bytes what each of them will get
   * @param held hosts that hold other positions of the segment: not chosen, and their networks
   *     count as used
   * @param excluded hosts not to choose
   */
  public record Request(
      int count, ByteSize bytes, Collection<StorageHost> held, Set<PeerId> excluded) {
    public Request {
      held = List.copyOf(held);
      excluded = Set.copyOf(excluded);
    }
  }

  private record Drawn(StorageHost host, double draw) {}

  private record Ranked(StorageHost host, int turn) {}

  /**
   * At most {@code request.count()} different hosts, the best spread first; fewer where there are
   * not so many.
   */
  public List<StorageHost> choose(Collection<StorageHost> hosts, Request request) {
    if (request.count == 0) {
      return List.of();
    }
    SplittableRandom draws = new SplittableRandom(random.nextLong());
    List<Drawn> drawn = draw(hosts, request, draws);
    // The lowest draws nearly always lie in networks enough; only else are all hosts sorted.
    List<Ranked> fast = inTurn(lowest(drawn, SAMPLE * request.count), request);
    if (fast.size() >= request.count && fast.get(request.count - 1).turn <= 1) {
      return first(fast, request.count);
    }
    return first(inTurn(lowest(drawn, drawn.size()), request), request.count);
  }

  private static List<StorageHost> first(List<Ranked> ranked, int count) {
    return ranked.stream().limit(count).map(Ranked::host).toList();
  }

  private static List<Drawn> draw(
      Collection<StorageHost> hosts, Request request, SplittableRandom draws) {
    Set<PeerId> refused = new HashSet<>(request.excluded);
    request.held.forEach(host -> refused.add(host.id()));
    List<Drawn> drawn = new ArrayList<>(hosts.size());
    for (StorageHost host : hosts) {
      if (takes(host, request.bytes) && !refused.contains(host.id())) {
        drawn.add(new Drawn(host, draw(host, draws)));
      }
    }
    return drawn;
  }

  /** The {@code count} lowest draws, the lowest first. */
  private static List<Drawn> lowest(List<Drawn> drawn, int count) {
    Comparator<Drawn> byDraw = Comparator.comparingDouble(Drawn::draw);
    if (count >= drawn.size()) {
      return drawn.stream().sorted(byDraw).toList();
    }
    PriorityQueue<Drawn> kept = new PriorityQueue<>(byDraw.reversed());
    double highest = Double.POSITIVE_INFINITY;
    for (Drawn next : drawn) {
      if (next.draw < highest) {
        kept.add(next);
        if (kept.size() > count) {
          kept.remove();
          highest = kept.element().draw;
        }
      }
    }
    return kept.stream().sorted(byDraw).toList();
  }

  /** Sorts by how many hosts of the same network come before; within a turn the draw decides. */
  private static List<Ranked> inTurn(List<Drawn> drawn, Request request) {
    Map<String, Integer> turns = new HashMap<>();
    request.held.forEach(host -> turns.merge(host.network(), 1, Integer::sum));
    List<Ranked> ranked = new ArrayList<>(drawn.size());
    for (Drawn next : drawn) {
      ranked.add(new Ranked(next.host, turns.merge(next.host.network(), 1, Integer::sum)));
    }
    ranked.sort(Comparator.comparingInt(Ranked::turn));
    return ranked;
  }

  /** Whether {@code host} may get {@code bytes} more. */
  public static boolean takes(StorageHost host, ByteSize bytes) {
    return host.state() == NodeView.State.READY
        && host.reputation() > 0
        && host.free().compareTo(bytes) >= 0;
  }

  private static double draw(StorageHost host, SplittableRandom draws) {
    double weight = (1.0 + host.free().bytes()) * host.reputation();
    return -Math.log(1 - draws.nextDouble()) / weight;
  }
}
