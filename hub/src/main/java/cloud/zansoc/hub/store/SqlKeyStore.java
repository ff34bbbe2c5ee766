package cloud.zansoc.hub.store;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.registry.KeyStore;
import cloud.zansoc.net.node.KeyView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** SSH keys in SQL. Thread-safe. */
public final class SqlKeyStore implements KeyStore {
  private final Database database;

  /** Uses {@code database}, whose owner closes it. */
  public SqlKeyStore(Database database) {
    this.database = database;
  }

  @Override
  public void put(String tenant, KeyView key) {
    database.run(handle -> {
      requireRoom(handle, tenant, key.fingerprint());
      handle
          .createUpdate(
              """
              INSERT INTO ssh_key (tenant, fingerprint, type, comment, added, expires)
              VALUES (:tenant, :fingerprint, :type, :comment, :added, :expires)
              ON CONFLICT (tenant, fingerprint) DO UPDATE SET comment = :comment,
                expires = :expires\
              """)
          .bind("tenant", tenant)
          .bind("fingerprint", key.fingerprint())
          .bind("type", key.type())
          .bind("comment", key.comment())
          .bind("added", key.added().toEpochMilli())
          .bind("expires", key.expires().map(Instant::toEpochMilli).orElse(null))
          .execute();
    });
  }

  private static void requireRoom(Handle handle, String tenant, String fingerprint) {
    int others =
        handle
            .createQuery(
                """
                SELECT COUNT(*) FROM ssh_key
                WHERE tenant = :tenant AND fingerprint <> :fingerprint\
                """)
            .bind("tenant", tenant)
            .bind("fingerprint", fingerprint)
            .mapTo(Integer.class)
            .one();
    if (others >= MOST_KEYS) {
      throw new ZansocException(
          ErrorCode.QUOTA_EXCEEDED,
          "%d keys are registered, and no more fit: remove one (zansoc key rm)".formatted(others));
    }
  }

  @Override
  public List<KeyView> keys(String tenant) {
    return database.read(handle ->
        handle
            .createQuery("SELECT * FROM ssh_key WHERE tenant = :tenant ORDER BY added, fingerprint")
            .bind("tenant", tenant)
            .map((row, context) -> key(row))
            .list());
  }

  @Override
  public List<String> tenants(String fingerprint, Instant now) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                SELECT tenant FROM ssh_key
                WHERE fingerprint = :fingerprint AND (expires IS NULL OR expires > :now)
                ORDER BY tenant\
                """)
            .bind("fingerprint", fingerprint)
            .bind("now", now.toEpochMilli())
            .mapTo(String.class)
            .list());
  }

  @Override
  public boolean remove(String tenant, String fingerprint) {
    return database.write(handle ->
        handle
                .createUpdate(
                    "DELETE FROM ssh_key WHERE tenant = :tenant AND fingerprint = :fingerprint")
                .bind("tenant", tenant)
                .bind("fingerprint", fingerprint)
                .execute()
            == 1);
  }

  private static KeyView key(ResultSet row) throws SQLException {
    Optional<Instant> end = Columns.instant(row, "expires");
    return new KeyView(
        row.getString("fingerprint"),
        row.getString("type"),
        row.getString("comment"),
        Instant.ofEpochMilli(row.getLong("added")),
        end);
  }
}
