package cloud.zansoc.hub.store;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.SegmentIndex;
import cloud.zansoc.storage.hub.EndangeredSegment.Held;
import cloud.zansoc.storage.hub.ProvenSegment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The tables of segments, of where they lie, and of what each tenant has stored. */
final class Segments {
  private Segments() {}

  /** A segment and its shard. */
  record Segment(ShardId shard, String tenant, SegmentIndex index) {}

  static void insert(Handle handle, String tenant, ProvenSegment segment, Instant now) {
    SegmentIndex index = segment.index();
    handle
        .createUpdate(
            "INSERT INTO segments (shard, tenant, digest, k, n, length, created, refs, placed,"
                + " segmentindex) VALUES (:shard, :tenant, :digest, :k, :n, :length, :created, 0,"
                + " :placed, :segmentindex)")
        .bind("shard", Columns.bytes(segment.shard()))
        .bind("tenant", tenant)
        .bind("digest", index.id().toBytes())
        .bind("k", index.k())
        .bind("n", index.n())
        .bind("length", index.length())
        .bind("created", now.toEpochMilli())
        .bind("placed", segment.hosts().size())
        .bind("segmentindex", index.encode())
        .execute();
    segment.hosts().forEach((position, host) -> place(handle, segment.shard(), position, host));
    use(handle, tenant, index.length());
  }

  static void place(Handle handle, ShardId shard, int position, PeerId host) {
    handle.execute(
        "INSERT INTO placements (shard, position, host, damaged) VALUES (?, ?, ?, 0)",
        Columns.bytes(shard),
        position,
        Columns.bytes(host));
  }

  /** Sets the count of positions without known damage by the placements there are. */
  static void recount(Handle handle, ShardId shard) {
    handle
        .createUpdate(
            "UPDATE segments SET placed = (SELECT COUNT(*) FROM placements p"
                + " WHERE p.shard = :shard AND p.damaged = 0) WHERE shard = :shard")
        .bind("shard", Columns.bytes(shard))
        .execute();
  }

  static Optional<Segment> find(Handle handle, ShardId shard) {
    return handle
        .createQuery("SELECT shard, tenant, segmentindex FROM segments WHERE shard = :shard")
        .bind("shard", Columns.bytes(shard))
        .map((row, context) -> read(row))
        .findOne();
  }

  /** The tenant's segments among {@code ids}, by id. */
  static Map<Digest, Segment> find(Handle handle, String tenant, Collection<Digest> ids) {
    Map<Digest, Segment> found = new HashMap<>();
    if (!ids.isEmpty()) {
      handle
          .createQuery(
              "SELECT shard, tenant, segmentindex FROM segments"
                  + " WHERE tenant = :tenant AND digest IN (<ids>)")
          .bind("tenant", tenant)
          .bindList("ids", ids.stream().map(Digest::toBytes).toList())
          .map((row, context) -> read(row))
          .forEach(segment -> found.put(segment.index.id(), segment));
    }
    return found;
  }

  private static Segment read(ResultSet row) throws SQLException {
    return new Segment(
        Columns.shard(row.getBytes("shard")),
        row.getString("tenant"),
        SegmentIndex.decode(row.getBytes("segmentindex")));
  }

  /** Where shards lie, each in the order of its positions. */
  static Map<ShardId, List<Held>> positions(Handle handle, Collection<ShardId> shards) {
    Map<ShardId, List<Held>> found = new HashMap<>();
    shards.forEach(shard -> found.put(shard, new ArrayList<>()));
    if (!shards.isEmpty()) {
      handle
          .createQuery("SELECT * FROM placements WHERE shard IN (<shards>) ORDER BY position")
          .bindList("shards", shards.stream().map(Columns::bytes).toList())
          .map((row, context) ->
              Map.entry(
                  Columns.shard(row.getBytes("shard")),
                  new Held(
                      row.getInt("position"),
                      Columns.peer(row.getBytes("host")),
                      row.getInt("damaged") == 1)))
          .forEach(entry ->
              found
                  .computeIfAbsent(entry.getKey(), shard -> new ArrayList<>())
                  .add(entry.getValue()));
    }
    return found;
  }

  /**
   * Counts that versions name segments, each as often as the map says.
   *
   * @throws ZansocException NOT_FOUND where one is not the tenant's
   */
  static void refer(Handle handle, String tenant, Map<Digest, Integer> counts) {
    if (counts.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "UPDATE segments SET refs = refs + :count WHERE tenant = :tenant AND digest = :digest");
    List<Digest> order = List.copyOf(counts.keySet());
    for (Digest digest : order) {
      batch
          .bind("count", counts.get(digest))
          .bind("tenant", tenant)
          .bind("digest", digest.toBytes())
          .add();
    }
    int[] changed = batch.execute();
    for (int i = 0; i < changed.length; i++) {
      if (changed[i] != 1) {
        throw new ZansocException(
            ErrorCode.NOT_FOUND,
            "segment %s is not stored; upload it again".formatted(order.get(i)));
      }
    }
  }

  /** Takes one reference from each segment named, and drops those that no version names now. */
  static void release(Handle handle, String tenant, List<Digest> segments, Instant now) {
    Map<Digest, Integer> counts = new HashMap<>();
    segments.forEach(segment -> counts.merge(segment, -1, Integer::sum));
    refer(handle, tenant, counts);
    for (Digest segment : counts.keySet()) {
      handle
          .createQuery(
              "SELECT shard FROM segments WHERE tenant = :tenant AND digest = :digest AND refs = 0")
          .bind("tenant", tenant)
          .bind("digest", segment.toBytes())
          .map((row, context) -> Columns.shard(row.getBytes("shard")))
          .findOne()
          .ifPresent(shard -> drop(handle, shard, now));
    }
  }

  /** Removes a segment; every host that has or is getting a part of it is told to delete. */
  static void drop(Handle handle, ShardId shard, Instant now) {
    Segment segment =
        find(handle, shard)
            .orElseThrow(
                () -> new IllegalStateException("segment of shard " + shard + " is not there"));
    Set<PeerId> hosts = new HashSet<>();
    positions(handle, List.of(shard))
        .getOrDefault(shard, List.of())
        .forEach(held -> hosts.add(held.host()));
    Reservations.find(handle, shard).ifPresent(repair -> hosts.addAll(repair.hosts()));
    Deletions.queue(handle, shard, hosts, now);
    Reservations.delete(handle, shard);
    handle.execute("DELETE FROM placements WHERE shard = ?", (Object) Columns.bytes(shard));
    handle.execute("DELETE FROM segments WHERE shard = ?", (Object) Columns.bytes(shard));
    use(handle, segment.tenant, -segment.index.length());
  }

  /** Adds to what a tenant has stored. */
  static void use(Handle handle, String tenant, long bytes) {
    handle
        .createUpdate(
            "INSERT INTO usage (tenant, bytes) VALUES (:tenant, :bytes)"
                + " ON CONFLICT (tenant) DO UPDATE SET bytes = usage.bytes + :bytes")
        .bind("tenant", tenant)
        .bind("bytes", bytes)
        .execute();
  }

  static long used(Handle handle, String tenant) {
    return handle
        .createQuery("SELECT bytes FROM usage WHERE tenant = :tenant")
        .bind("tenant", tenant)
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }
}
