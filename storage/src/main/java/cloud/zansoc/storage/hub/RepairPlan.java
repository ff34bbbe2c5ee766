package cloud.zansoc.storage.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.storage.hub.EndangeredSegment.Held;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What to do for one segment: pure, by the segment and the hosts as they are now.
 *
 * <p>A position is missing that no host holds, that is damaged, or whose host is lost, left or
 * draining. A damaged position is rewritten on its own host, which keeps the blocks that are right;
 * where that host cannot or has failed before, and for all others, a host is chosen that holds no
 * position of the segment. With fewer such hosts than missing positions, the positions that nobody
 * can read come first, then those of draining hosts.
 *
 * @param sources positions that can be read now, the sound ones first. A draining host is a source
 *     of the position that moves away from it; a damaged position is none where it is rewritten
 * @param targets the host of each position to restore
 */
public record RepairPlan(
    EndangeredSegment segment, List<Held> sources, Map<Integer, StorageHost> targets) {
  public RepairPlan {
    sources = List.copyOf(sources);
    targets = Map.copyOf(targets);
  }

  /**
   * Plans a repair.
   *
   * @param hosts every host, by id
   * @param avoid hosts that failed as targets of this segment a short while ago
   * @return empty where nothing is missing, no host can take it, or fewer than k can be read
   */
  public static Optional<RepairPlan> of(
      EndangeredSegment segment,
      Map<PeerId, StorageHost> hosts,
      Placement placement,
      Set<PeerId> avoid) {
    Map<Integer, StorageHost> targets = targets(segment, hosts, placement, avoid);
    List<Held> sources = sources(segment, hosts, targets);
    boolean readable = sources.size() >= segment.index().k();
    return readable && !targets.isEmpty()
        ? Optional.of(new RepairPlan(segment, sources, targets))
        : Optional.empty();
  }

  private static Map<Integer, StorageHost> targets(
      EndangeredSegment segment,
      Map<PeerId, StorageHost> hosts,
      Placement placement,
      Set<PeerId> avoid) {
    ByteSize bytes = new ByteSize(segment.index().shardBytes());
    Map<Integer, StorageHost> targets = new TreeMap<>();
    List<Integer> unreadable = new ArrayList<>();
    List<Integer> leaving = new ArrayList<>();
    Map<Integer, Held> held = new HashMap<>();
    segment.positions().forEach(one -> held.put(one.position(), one));
    for (int position = 0; position < segment.index().n(); position++) {
      Held holder = held.get(position);
      Optional<StorageHost> host =
          Optional.ofNullable(holder).flatMap(one -> Optional.ofNullable(hosts.get(one.host())));
      if (holder == null || host.isEmpty() || host.get().gone()) {
        unreadable.add(position);
      } else if (holder.damaged()) {
        if (rewritable(host.get(), avoid)) {
          targets.put(position, host.get());
        } else {
          unreadable.add(position);
        }
      } else if (host.get().going()) {
        leaving.add(position);
      }
    }
    List<Integer> moving = new ArrayList<>(unreadable);
    moving.addAll(leaving);
    List<StorageHost> chosen =
        placement.choose(
            hosts.values(),
            new Placement.Request(
                moving.size(), bytes, holders(segment, hosts), refused(segment, avoid)));
    for (int i = 0; i < chosen.size(); i++) {
      targets.put(moving.get(i), chosen.get(i));
    }
    return targets;
  }

  private static boolean rewritable(StorageHost host, Set<PeerId> avoid) {
    return host.state() == NodeView.State.READY && !avoid.contains(host.id());
  }

  private static Collection<StorageHost> holders(
      EndangeredSegment segment, Map<PeerId, StorageHost> hosts) {
    List<StorageHost> holders = new ArrayList<>();
    for (Held held : segment.positions()) {
      Optional.ofNullable(hosts.get(held.host())).ifPresent(holders::add);
    }
    return holders;
  }

  private static Set<PeerId> refused(EndangeredSegment segment, Set<PeerId> avoid) {
    Set<PeerId> refused = new HashSet<>(avoid);
    refused.addAll(segment.deleting());
    segment.positions().forEach(held -> refused.add(held.host()));
    return refused;
  }

  private static List<Held> sources(
      EndangeredSegment segment,
      Map<PeerId, StorageHost> hosts,
      Map<Integer, StorageHost> targets) {
    List<Held> sources = new ArrayList<>();
    for (boolean damaged : new boolean[] {false, true}) {
      for (Held held : segment.positions()) {
        StorageHost host = hosts.get(held.host());
        if (held.damaged() == damaged
            && host != null
            && host.connected()
            && !rewritten(held, targets)) {
          sources.add(held);
        }
      }
    }
    return sources;
  }

  private static boolean rewritten(Held held, Map<Integer, StorageHost> targets) {
    StorageHost target = targets.get(held.position());
    return target != null && target.id().equals(held.host());
  }
}
