package cloud.zansoc.hub.store;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.erasure.RedundancyScheme;
import cloud.zansoc.storage.api.BucketView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of buckets. */
final class Buckets {
  private Buckets() {}

  record Bucket(String id, BucketView view, RedundancyScheme scheme) {}

  static List<Bucket> of(Handle handle, String tenant) {
    return handle
        .createQuery("SELECT * FROM buckets WHERE tenant = :tenant")
        .bind("tenant", tenant)
        .map((row, context) -> read(row))
        .list();
  }

  static Optional<Bucket> find(Handle handle, String tenant, String name) {
    return handle
        .createQuery("SELECT * FROM buckets WHERE tenant = :tenant AND name = :name")
        .bind("tenant", tenant)
        .bind("name", name)
        .map((row, context) -> read(row))
        .findOne();
  }

  static Bucket require(Handle handle, String tenant, String name) {
    return find(handle, tenant, name)
        .orElseThrow(() ->
            new ZansocException(ErrorCode.NOT_FOUND, "there is no bucket '%s'".formatted(name)));
  }

  static void insert(Handle handle, String tenant, BucketView view) {
    handle
        .createUpdate(
            "INSERT INTO buckets (id, tenant, name, created, k, n, objects, bytes)"
                + " VALUES (:id, :tenant, :name, :created, :k, :n, 0, 0)")
        .bind("id", view.id())
        .bind("tenant", tenant)
        .bind("name", view.name())
        .bind("created", view.created().toEpochMilli())
        .bind("k", view.k())
        .bind("n", view.n())
        .execute();
  }

  static void delete(Handle handle, String id) {
    handle.execute("DELETE FROM versions WHERE bucket = ?", id);
    handle.execute("DELETE FROM buckets WHERE id = ?", id);
  }

  /** Adds to the counts of live objects and their bytes. */
  static void count(Handle handle, String id, long objects, long bytes) {
    handle.execute(
        "UPDATE buckets SET objects = objects + ?, bytes = bytes + ? WHERE id = ?",
        objects,
        bytes,
        id);
  }

  private static Bucket read(ResultSet row) throws SQLException {
    BucketView view =
        new BucketView(
            row.getString("name"),
            row.getString("id"),
            Instant.ofEpochMilli(row.getLong("created")),
            row.getLong("objects"),
            new ByteSize(row.getLong("bytes")),
            row.getInt("k"),
            row.getInt("n"));
    return new Bucket(view.id(), view, RedundancyScheme.of(view.k(), view.n()));
  }
}
