package cloud.zansoc.hub.store;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.storage.api.ShareView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of shares. */
final class Shares {
  private Shares() {}

  /** A share and whose it is. */
  record Share(String tenant, ShareView view) {}

  static void insert(Handle handle, String tenant, ShareView share) {
    handle
        .createUpdate(
            "INSERT INTO shares (id, tenant, bucket, name, version, created, expires, revoked)"
                + " VALUES (:id, :tenant, :bucket, :name, :version, :created, :expires, 0)")
        .bind("id", share.id())
        .bind("tenant", tenant)
        .bind("bucket", share.bucket())
        .bind("name", Columns.objectKey(share.key()))
        .bind("version", VersionId.parse(share.versionId()).toBytes())
        .bind("created", share.created().toEpochMilli())
        .bind("expires", share.expires().map(Instant::toEpochMilli))
        .execute();
  }

  static List<ShareView> of(Handle handle, String tenant) {
    return handle
        .createQuery("SELECT * FROM shares WHERE tenant = :tenant ORDER BY created DESC, id")
        .bind("tenant", tenant)
        .map((row, context) -> read(row).view)
        .list();
  }

  /** A share that still opens: NOT_FOUND, or GONE where it was revoked or has expired. */
  static Share open(Handle handle, String id, Instant now) {
    Share share =
        handle
            .createQuery("SELECT * FROM shares WHERE id = :id")
            .bind("id", id)
            .map((row, context) -> read(row))
            .findOne()
            .orElseThrow(() -> new ZansocException(ErrorCode.NOT_FOUND, "there is no such share"));
    if (share.view.revoked()) {
      throw new ZansocException(ErrorCode.GONE, "the share was revoked; ask its owner for another");
    }
    if (share.view.expires().filter(expires -> !now.isBefore(expires)).isPresent()) {
      throw new ZansocException(
          ErrorCode.GONE,
          "the share ended at %s; ask its owner for another"
              .formatted(share.view.expires().orElseThrow()));
    }
    return share;
  }

  static void revoke(Handle handle, String tenant, String id) {
    int changed =
        handle.execute("UPDATE shares SET revoked = 1 WHERE id = ? AND tenant = ?", id, tenant);
    if (changed == 0) {
      throw new ZansocException(ErrorCode.NOT_FOUND, "there is no share '%s'".formatted(id));
    }
  }

  private static Share read(ResultSet row) throws SQLException {
    Optional<Instant> end = Columns.instant(row, "expires");
    return new Share(
        row.getString("tenant"),
        new ShareView(
            row.getString("id"),
            row.getString("bucket"),
            Columns.text(row.getBytes("name")),
            VersionId.of(row.getBytes("version")).toString(),
            Instant.ofEpochMilli(row.getLong("created")),
            end,
            row.getInt("revoked") == 1));
  }
}
