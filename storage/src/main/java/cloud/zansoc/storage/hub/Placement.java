package cloud.zansoc.storage.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.node.NodeView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private record Ranked(StorageHost host, double draw, int turn) {}

  /**
   * At most {@code request.count()} different hosts, the best spread first; fewer where there are
   * not so many.
   */
  public List<StorageHost> choose(Collection<StorageHost> hosts, Request request) {
    SplittableRandom draws = new SplittableRandom(random.nextLong());
    Map<String, Integer> turns = new HashMap<>();
    Set<PeerId> refused = new java.util.HashSet<>(request.excluded);
    for (StorageHost host : request.held) {
      turns.merge(host.network(), 1, Integer::sum);
      refused.add(host.id());
    }
    List<Ranked> drawn = new ArrayList<>(hosts.size());
    for (StorageHost host : hosts) {
      if (takes(host, request.bytes) && !refused.contains(host.id())) {
        drawn.add(new Ranked(host, draw(host, draws), 0));
      }
    }
    drawn.sort(Comparator.comparingDouble(Ranked::draw));
    List<Ranked> inTurn = new ArrayList<>(drawn.size());
    for (Ranked next : drawn) {
      int turn = turns.merge(next.host.network(), 1, Integer::sum);
      inTurn.add(new Ranked(next.host, next.draw, turn));
    }
    // The sort is stable: within a turn the order of the draw stays.
    inTurn.sort(Comparator.comparingInt(Ranked::turn));
    return inTurn.stream().limit(request.count).map(Ranked::host).toList();
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
