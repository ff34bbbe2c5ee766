package cloud.zansoc.hub.store;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.erasure.RedundancyScheme;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.hub.store.Reservations.Promise;
import cloud.zansoc.hub.store.Segments.Segment;
import cloud.zansoc.storage.hub.EndangeredSegment;
import cloud.zansoc.storage.hub.EndangeredSegment.Held;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The statements of repair. */
final class RepairRows {
  /** No host has this id, so that a list of hosts in SQL is never empty. */
  private static final byte[] NOBODY = {};

  private static final String ENDANGERED =
      """
      SELECT s.shard AS shard FROM (
        SELECT p.shard AS shard,
          SUM(CASE WHEN p.damaged = 0 AND p.host NOT IN (<going>) THEN 1 ELSE 0 END) AS healthy
        FROM placements p
        WHERE p.shard IN (
          SELECT shard FROM placements WHERE host IN (<going>)
          UNION SELECT shard FROM placements WHERE damaged = 1
          UNION SELECT shard FROM segments WHERE placed < n AND created < :before)
        GROUP BY p.shard) h
      JOIN segments s ON s.shard = h.shard
      WHERE NOT EXISTS (SELECT 1 FROM reservations r WHERE r.shard = s.shard)
      ORDER BY h.healthy - s.k, s.shard LIMIT :limit
      """;

  private RepairRows() {}

  static void damaged(Handle handle, PeerId host, Digest block, ShardId shard) {
    List<Held> held = Segments.positions(handle, List.of(shard)).getOrDefault(shard, List.of());
    Optional<Segment> segment = Segments.find(handle, shard);
    Optional<Held> position =
        held.stream()
            .filter(one -> one.host().equals(host))
            .filter(one ->
                segment.filter(known -> contains(known.index(), one.position(), block)).isPresent())
            .findFirst();
    if (position.isPresent()) {
      handle.execute(
          "UPDATE placements SET damaged = 1 WHERE shard = ? AND position = ?",
          Columns.bytes(shard),
          position.get().position());
      Segments.recount(handle, shard);
    }
  }

  private static boolean contains(SegmentIndex index, int position, Digest block) {
    for (int stripe = 0; stripe < index.stripes(); stripe++) {
      if (index.digest(stripe, position).equals(block)) {
        return true;
      }
    }
    return false;
  }

  static List<EndangeredSegment> endangered(
      Handle handle, Set<PeerId> going, Instant incompleteBefore, int limit) {
    List<byte[]> hosts = new ArrayList<>(going.stream().map(Columns::bytes).toList());
    hosts.add(NOBODY);
    List<ShardId> shards =
        handle
            .createQuery(ENDANGERED)
            .bindList("going", hosts)
            .bind("before", incompleteBefore.toEpochMilli())
            .bind("limit", limit)
            .map((row, context) -> Columns.shard(row.getBytes("shard")))
            .list();
    return shards.stream().flatMap(shard -> segment(handle, shard).stream()).toList();
  }

  static Optional<EndangeredSegment> segment(Handle handle, ShardId shard) {
    return Segments.find(handle, shard)
        .map(segment ->
            new EndangeredSegment(
                shard,
                segment.index(),
                Segments.positions(handle, List.of(shard)).getOrDefault(shard, List.of()),
                Deletions.attempted(handle, shard)));
  }

  static boolean begin(
      Handle handle, ShardId shard, Map<Integer, PeerId> targets, Instant expires) {
    Optional<EndangeredSegment> found = segment(handle, shard);
    if (found.isEmpty() || found.get().deleting().stream().anyMatch(targets::containsValue)) {
      return false;
    }
    for (Held held : found.get().positions()) {
      for (Map.Entry<Integer, PeerId> target : targets.entrySet()) {
        if (held.host().equals(target.getValue()) && held.position() != target.getKey()) {
          return false;
        }
      }
    }
    SegmentIndex index = found.get().index();
    Segment segment = Segments.find(handle, shard).orElseThrow();
    Promise promise =
        new Promise(
            shard,
            segment.tenant(),
            true,
            RedundancyScheme.of(index.k(), index.n()),
            0,
            List.copyOf(targets.values()),
            expires);
    if (!Reservations.insert(handle, promise)) {
      return false;
    }
    Deletions.cancel(handle, shard, targets.values());
    return true;
  }

  static void finish(Handle handle, ShardId shard, Map<Integer, PeerId> restored, Instant now) {
    Optional<Promise> promise = Reservations.find(handle, shard).filter(Promise::repair);
    if (promise.isEmpty() || !promise.get().hosts().containsAll(restored.values())) {
      return;
    }
    Map<Integer, PeerId> before = new HashMap<>();
    for (Held held : Segments.positions(handle, List.of(shard)).getOrDefault(shard, List.of())) {
      before.put(held.position(), held.host());
    }
    Set<PeerId> former = new HashSet<>(before.values());
    former.addAll(promise.get().hosts());
    restored.forEach((position, host) -> {
      before.put(position, host);
      handle.execute(
          "DELETE FROM placements WHERE shard = ? AND position = ?",
          Columns.bytes(shard),
          position);
    });
    restored.forEach((position, host) -> Segments.place(handle, shard, position, host));
    Segments.recount(handle, shard);
    former.removeAll(before.values());
    Deletions.queue(handle, shard, former, now);
    Reservations.delete(handle, shard);
  }

  /**
   * Ends a promise that nobody keeps; hosts that hold a position of the shard keep it, the others
   * delete theirs from {@code due} on.
   */
  static void abandon(Handle handle, Promise promise, Instant due) {
    Set<PeerId> hosts = new HashSet<>(promise.hosts());
    Segments.positions(handle, List.of(promise.shard()))
        .getOrDefault(promise.shard(), List.of())
        .forEach(held -> hosts.remove(held.host()));
    Deletions.queue(handle, promise.shard(), hosts, due);
    Reservations.delete(handle, promise.shard());
  }

  static long heldBy(Handle handle, PeerId host) {
    return handle
        .createQuery("SELECT COUNT(*) FROM placements WHERE host = :host")
        .bind("host", Columns.bytes(host))
        .mapTo(Long.class)
        .one();
  }
}
