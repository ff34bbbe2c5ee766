package cloud.zansoc.hub.store;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.erasure.RedundancyScheme;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The table of hosts promised to uploads and repairs. */
final class Reservations {
  private Reservations() {}

  /**
   * A promise.
   *
   * @param length bytes of ciphertext promised; 0 for a repair
   * @param hosts of an upload, by position; of a repair, its targets
   */
  record Promise(
      ShardId shard,
      String tenant,
      boolean repair,
      RedundancyScheme scheme,
      long length,
      List<PeerId> hosts,
      Instant expires) {
    Map<Integer, PeerId> byPosition() {
      Map<Integer, PeerId> positions = new TreeMap<>();
      for (int i = 0; i < hosts.size(); i++) {
        positions.put(i, hosts.get(i));
      }
      return positions;
    }
  }

  /** Adds a promise; false where the shard has one. */
  static boolean insert(Handle handle, Promise promise) {
    return handle
            .createUpdate(
                "INSERT INTO reservations (shard, tenant, repair, k, n, length, hosts, expires)"
                    + " VALUES (:shard, :tenant, :repair, :k, :n, :length, :hosts, :expires)"
                    + " ON CONFLICT (shard) DO NOTHING")
            .bind("shard", Columns.bytes(promise.shard))
            .bind("tenant", promise.tenant)
            .bind("repair", promise.repair ? 1 : 0)
            .bind("k", promise.scheme.k())
            .bind("n", promise.scheme.n())
            .bind("length", promise.length)
            .bind("hosts", Columns.ofPeers(promise.hosts))
            .bind("expires", promise.expires.toEpochMilli())
            .execute()
        == 1;
  }

  static Optional<Promise> find(Handle handle, ShardId shard) {
    return handle
        .createQuery("SELECT * FROM reservations WHERE shard = :shard")
        .bind("shard", Columns.bytes(shard))
        .map((row, context) -> read(row))
        .findOne();
  }

  /** An upload's promise of this tenant. */
  static Optional<Promise> upload(Handle handle, String tenant, ShardId shard) {
    return find(handle, shard).filter(promise -> !promise.repair && promise.tenant.equals(tenant));
  }

  static void delete(Handle handle, ShardId shard) {
    handle.execute("DELETE FROM reservations WHERE shard = ?", (Object) Columns.bytes(shard));
  }

  /** Bytes of the tenant's quota that uploads under way have been promised. */
  static long promised(Handle handle, String tenant) {
    return handle
        .createQuery("SELECT COALESCE(SUM(length), 0) FROM reservations WHERE tenant = :tenant")
        .bind("tenant", tenant)
        .mapTo(Long.class)
        .one();
  }

  static List<Promise> expired(Handle handle, Instant before, int limit) {
    return handle
        .createQuery(
            "SELECT * FROM reservations WHERE expires < :before ORDER BY expires LIMIT :limit")
        .bind("before", before.toEpochMilli())
        .bind("limit", limit)
        .map((row, context) -> read(row))
        .list();
  }

  /** Every repair's promise. */
  static List<Promise> repairs(Handle handle) {
    return handle
        .createQuery("SELECT * FROM reservations WHERE repair = 1")
        .map((row, context) -> read(row))
        .list();
  }

  private static Promise read(ResultSet row) throws SQLException {
    return new Promise(
        Columns.shard(row.getBytes("shard")),
        row.getString("tenant"),
        row.getInt("repair") == 1,
        RedundancyScheme.of(row.getInt("k"), row.getInt("n")),
        row.getLong("length"),
        Columns.peers(row.getBytes("hosts")),
        Instant.ofEpochMilli(row.getLong("expires")));
  }
}
