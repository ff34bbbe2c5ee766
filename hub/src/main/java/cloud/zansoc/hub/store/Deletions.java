package cloud.zansoc.hub.store;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * What hosts must forget, kept until each has said that it did. A deletion that was never attempted
 * can be called off when the host is to hold the shard after all; one that was attempted cannot, as
 * the order may still arrive.
 */
final class Deletions {
  private Deletions() {}

  static void queue(Handle handle, ShardId shard, Collection<PeerId> hosts, Instant due) {
    if (hosts.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO deletions (host, shard, due, attempted)"
                + " VALUES (:host, :shard, :due, 0) ON CONFLICT (host, shard) DO NOTHING");
    for (PeerId host : hosts) {
      batch
          .bind("host", Columns.bytes(host))
          .bind("shard", Columns.bytes(shard))
          .bind("due", due.toEpochMilli())
          .add();
    }
    batch.execute();
  }

  /** Hosts that may be deleting the shard at this moment. */
  static Set<PeerId> attempted(Handle handle, ShardId shard) {
    return handle
        .createQuery("SELECT host FROM deletions WHERE shard = :shard AND attempted = 1")
        .bind("shard", Columns.bytes(shard))
        .map((row, context) -> Columns.peer(row.getBytes("host")))
        .collect(Collectors.toSet());
  }

  /** Calls off deletions that were not attempted. */
  static void cancel(Handle handle, ShardId shard, Collection<PeerId> hosts) {
    if (hosts.isEmpty()) {
      return;
    }
    handle
        .createUpdate(
            "DELETE FROM deletions WHERE shard = :shard AND attempted = 0 AND host IN (<hosts>)")
        .bind("shard", Columns.bytes(shard))
        .bindList("hosts", hosts.stream().map(Columns::bytes).toList())
        .execute();
  }

  static List<PeerId> hosts(Handle handle, Instant now) {
    return handle
        .createQuery("SELECT DISTINCT host FROM deletions WHERE due <= :now")
        .bind("now", now.toEpochMilli())
        .map((row, context) -> Columns.peer(row.getBytes("host")))
        .list();
  }

  /** Takes the host's deletions that are due, marked as attempted. */
  static List<ShardId> take(Handle handle, PeerId host, Instant now, int limit) {
    List<byte[]> shards =
        handle
            .createQuery(
                "SELECT shard FROM deletions WHERE host = :host AND due <= :now"
                    + " ORDER BY shard LIMIT :limit")
            .bind("host", Columns.bytes(host))
            .bind("now", now.toEpochMilli())
            .bind("limit", limit)
            .map((row, context) -> row.getBytes("shard"))
            .list();
    each(
        handle,
        "UPDATE deletions SET attempted = 1 WHERE host = :host AND shard = :shard",
        host,
        shards);
    return shards.stream().map(Columns::shard).toList();
  }

  static void acknowledge(Handle handle, PeerId host, List<ShardId> shards) {
    each(
        handle,
        "DELETE FROM deletions WHERE host = :host AND shard = :shard AND attempted = 1",
        host,
        shards.stream().map(Columns::bytes).toList());
  }

  private static void each(Handle handle, String sql, PeerId host, List<byte[]> shards) {
    if (shards.isEmpty()) {
      return;
    }
    PreparedBatch batch = handle.prepareBatch(sql);
    for (byte[] shard : shards) {
      batch.bind("host", Columns.bytes(host)).bind("shard", shard).add();
    }
    batch.execute();
  }
}
