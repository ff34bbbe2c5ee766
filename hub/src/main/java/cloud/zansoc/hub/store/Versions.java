package cloud.zansoc.hub.store;

import cloud.zansoc.base.Digest;
import cloud.zansoc.hub.store.Buckets.Bucket;
import cloud.zansoc.storage.api.VersionView;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The table of versions. The newest of each key has {@code latest}; {@code live} if no marker. */
final class Versions {
  private static final int KEYS_PER_QUERY = 500;

  /** The columns that every listing shows. */
  static final String COLUMNS = "id, name, size, root, modified, latest, marker";

  private Versions() {}

  /** A row without manifest and segments. */
  record Version(
      VersionId id,
      String key,
      long size,
      String root,
      Instant modified,
      boolean latest,
      boolean marker) {
    boolean live() {
      return latest && !marker;
    }

    VersionView view(String bucket) {
      return new VersionView(bucket, key, id.toString(), size, root, modified, latest, marker);
    }
  }

  /** What a version stands on. */
  record Content(byte[] manifest, List<Digest> segments) {
    static final Content NOTHING = new Content(new byte[0], List.of());
  }

  static Version read(ResultSet row) throws SQLException {
    return new Version(
        VersionId.of(row.getBytes("id")),
        Columns.text(row.getBytes("name")),
        row.getLong("size"),
        row.getString("root"),
        Instant.ofEpochMilli(row.getLong("modified")),
        row.getInt("latest") == 1,
        row.getInt("marker") == 1);
  }

  /** The newest version of each of {@code keys} that has one, delete markers too. */
  static Map<String, Version> latest(Handle handle, Bucket bucket, List<String> keys) {
    Map<String, Version> found = new HashMap<>();
    for (int at = 0; at < keys.size(); at += KEYS_PER_QUERY) {
      List<byte[]> names =
          keys.subList(at, Math.min(keys.size(), at + KEYS_PER_QUERY)).stream()
              .map(Columns::objectKey)
              .toList();
      handle
          .createQuery(
              "SELECT "
                  + COLUMNS
                  + " FROM versions"
                  + " WHERE bucket = :bucket AND latest = 1 AND name IN (<names>)")
          .bind("bucket", bucket.id())
          .bindList("names", names)
          .map((row, context) -> read(row))
          .forEach(version -> found.put(version.key(), version));
    }
    return found;
  }

  static Optional<Version> latest(Handle handle, Bucket bucket, String key) {
    return Optional.ofNullable(latest(handle, bucket, List.of(key)).get(key));
  }

  static Optional<Version> find(Handle handle, Bucket bucket, String key, VersionId id) {
    return handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + " FROM versions"
                + " WHERE bucket = :bucket AND name = :name AND id = :id")
        .bind("bucket", bucket.id())
        .bind("name", Columns.objectKey(key))
        .bind("id", id.toBytes())
        .map((row, context) -> read(row))
        .findOne();
  }

  static Content content(Handle handle, VersionId id) {
    return handle
        .createQuery("SELECT manifest, segments FROM versions WHERE id = :id")
        .bind("id", id.toBytes())
        .map((row, context) ->
            new Content(row.getBytes("manifest"), Columns.digests(row.getBytes("segments"))))
        .one();
  }

  /** Takes {@code latest} from the newest versions of keys that are about to get a newer one. */
  static void supersede(Handle handle, Bucket bucket, Collection<Version> newest) {
    if (newest.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch("UPDATE versions SET latest = 0, live = 0 WHERE id = :id");
    newest.forEach(version -> batch.bind("id", version.id.toBytes()).add());
    batch.execute();
    List<Version> live = newest.stream().filter(Version::live).toList();
    Buckets.count(handle, bucket.id(), -live.size(), -live.stream().mapToLong(Version::size).sum());
  }

  /** Adds versions, each the newest of its key, and counts them. */
  static void insert(Handle handle, Bucket bucket, Map<Version, Content> versions) {
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO versions (id, bucket, name, size, root, modified, latest, marker, live,"
                + " segments, manifest) VALUES (:id, :bucket, :name, :size, :root, :modified,"
                + " 1, :marker, :live, :segments, :manifest)");
    versions.forEach((version, content) ->
        batch
            .bind("id", version.id.toBytes())
            .bind("bucket", bucket.id())
            .bind("name", Columns.objectKey(version.key))
            .bind("size", version.size)
            .bind("root", version.root)
            .bind("modified", version.modified.toEpochMilli())
            .bind("marker", version.marker ? 1 : 0)
            .bind("live", version.marker ? 0 : 1)
            .bind("segments", Columns.ofDigests(content.segments))
            .bind("manifest", content.manifest)
            .add());
    batch.execute();
    List<Version> live = versions.keySet().stream().filter(Version::live).toList();
    Buckets.count(handle, bucket.id(), live.size(), live.stream().mapToLong(Version::size).sum());
  }

  /** Removes a version for good; the one before it becomes the newest. */
  static void delete(Handle handle, Bucket bucket, Version version) {
    handle.execute("DELETE FROM versions WHERE id = ?", (Object) version.id.toBytes());
    if (!version.latest) {
      return;
    }
    if (version.live()) {
      Buckets.count(handle, bucket.id(), -1, -version.size);
    }
    handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + " FROM versions WHERE bucket = :bucket AND name = :name"
                + " ORDER BY id DESC LIMIT 1")
        .bind("bucket", bucket.id())
        .bind("name", Columns.objectKey(version.key))
        .map((row, context) -> read(row))
        .findOne()
        .ifPresent(before -> promote(handle, bucket, before));
  }

  private static void promote(Handle handle, Bucket bucket, Version version) {
    handle.execute(
        "UPDATE versions SET latest = 1, live = 1 - marker WHERE id = ?",
        (Object) version.id.toBytes());
    if (!version.marker) {
      Buckets.count(handle, bucket.id(), 1, version.size);
    }
  }

  static byte[] ofIds(List<VersionId> ids) {
    ByteBuffer buffer = ByteBuffer.allocate(ids.size() * VersionId.BYTES);
    ids.forEach(id -> buffer.put(id.toBytes()));
    return buffer.array();
  }

  static List<VersionId> ids(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    List<VersionId> ids = new java.util.ArrayList<>();
    while (buffer.hasRemaining()) {
      ids.add(VersionId.read(buffer));
    }
    return ids;
  }
}
