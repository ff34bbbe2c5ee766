package cloud.zansoc.hub.store;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.VolumeSnapshot;
import cloud.zansoc.compute.hub.VolumeRecord;
import cloud.zansoc.compute.hub.VolumeStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The volumes in SQL. Thread-safe. */
public final class SqlVolumeStore implements VolumeStore {
  private final Database database;

  /** Uses {@code database}, whose owner closes it. */
  public SqlVolumeStore(Database database) {
    this.database = database;
  }

  @Override
  public void insert(VolumeRecord volume) {
    VolumeRecord.Identity identity = volume.identity();
    database.run(handle -> {
      if (!select(handle, "tenant = ? AND name = ?", identity.tenant(), identity.name())
          .isEmpty()) {
        throw new ZansocException(
            ErrorCode.ALREADY_EXISTS, "there is a volume '%s' already".formatted(identity.name()));
      }
      bind(
              handle.createUpdate(
                  "INSERT INTO volumes (id, tenant, name, removed, size, created, bucket,"
                      + " sealed_key, last_number, start_number, instance, instance_name,"
                      + " generation, host, every_millis, safe_until,"
                      + " origin_volume, origin_snapshot) VALUES (:id, :tenant, :name,"
                      + " 0, :size, :created, :bucket, :key, :last, :start, :instance,"
                      + " :instanceName, :generation, :host, :every, :safe,"
                      + " :originVolume, :originSnapshot)"),
              volume)
          .bind("tenant", identity.tenant())
          .bind("name", identity.name())
          .bind("size", volume.size().bytes())
          .bind("created", identity.created().toEpochMilli())
          .bind("bucket", volume.bucket())
          .bind("key", volume.sealedKey().bytes())
          .execute();
      insert(handle, identity.id(), volume.snapshots());
    });
  }

  @Override
  public Optional<VolumeRecord> find(String tenant, String name) {
    return first(
        database.read(
            handle -> select(handle, "tenant = ? AND name = ? AND removed = 0", tenant, name)));
  }

  @Override
  public Optional<VolumeRecord> find(String id) {
    return database.read(handle -> find(handle, id));
  }

  private static Optional<VolumeRecord> find(Handle handle, String id) {
    return first(select(handle, "id = ? AND removed = 0", id));
  }

  @Override
  public List<VolumeRecord> ofTenant(String tenant) {
    return database.read(
        handle -> select(handle, "tenant = ? AND removed = 0 ORDER BY name", tenant));
  }

  @Override
  public VolumeRecord update(String id, UnaryOperator<VolumeRecord> change) {
    return database.write(handle -> {
      VolumeRecord before = require(handle, id);
      VolumeRecord after = change.apply(before);
      if (!after.equals(before)) {
        update(handle, before, after);
      }
      return after;
    });
  }

  private static void update(Handle handle, VolumeRecord before, VolumeRecord after) {
    String id = before.identity().id();
    bind(
            handle.createUpdate(
                "UPDATE volumes SET last_number = :last, start_number = :start,"
                    + " instance = :instance, instance_name = :instanceName,"
                    + " generation = :generation, host = :host, every_millis = :every,"
                    + " safe_until = :safe, origin_volume = :originVolume,"
                    + " origin_snapshot = :originSnapshot WHERE id = :id"),
            after)
        .execute();
    for (VolumeSnapshot snapshot : before.snapshots()) {
      if (!after.snapshots().contains(snapshot)) {
        handle.execute(
            "DELETE FROM volume_snapshots WHERE volume = ? AND number = ?", id, snapshot.number());
      }
    }
    insert(
        handle,
        id,
        after.snapshots().stream()
            .filter(snapshot -> !before.snapshots().contains(snapshot))
            .toList());
  }

  @Override
  public void remove(String id) {
    database.run(handle -> {
      VolumeRecord volume = require(handle, id);
      if (volume.use().isPresent()) {
        throw new ZansocException(
            ErrorCode.CONFLICT,
            "volume '%s' is in use by %s: stop using it there first"
                .formatted(volume.identity().name(), volume.use().get().holder().name()));
      }
      handle.execute("UPDATE volumes SET removed = 1, name = id WHERE id = ?", id);
    });
  }

  @Override
  public List<VolumeRecord> removed() {
    return database.read(handle -> select(handle, "removed = 1 ORDER BY id"));
  }

  @Override
  public void forget(String id) {
    database.run(handle -> {
      handle.execute(
          "DELETE FROM volume_snapshots WHERE volume IN"
              + " (SELECT id FROM volumes WHERE id = ? AND removed = 1)",
          id);
      handle.execute("DELETE FROM volumes WHERE id = ? AND removed = 1", id);
    });
  }

  private static VolumeRecord require(Handle handle, String id) {
    return find(handle, id)
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.NOT_FOUND, "there is no volume with the id " + id + " any more"));
  }

  private static Optional<VolumeRecord> first(List<VolumeRecord> volumes) {
    return volumes.stream().findFirst();
  }

  /** What may change of a volume, and its id. */
  private static <S extends SqlStatement<S>> S bind(S statement, VolumeRecord volume) {
    Optional<VolumeRecord.Use> use = volume.use();
    Optional<VolumeRecord.Holder> holder = use.map(VolumeRecord.Use::holder);
    return statement
        .bind("id", volume.identity().id())
        .bind("last", volume.lastNumber())
        .bind("start", volume.start())
        .bind("instance", holder.map(its -> its.instance().toString()).orElse(null))
        .bind("instanceName", holder.map(VolumeRecord.Holder::name).orElse(null))
        .bind("generation", holder.map(VolumeRecord.Holder::generation).orElse(null))
        .bind("host", holder.map(its -> Columns.bytes(its.host())).orElse(null))
        .bind("every", use.map(its -> its.snapshotEvery().toMillis()).orElse(null))
        .bind("safe", use.flatMap(its -> its.safeUntil()).map(Instant::toEpochMilli).orElse(null))
        .bind("originVolume", volume.origin().map(VolumeRecord.Origin::volume).orElse(null))
        .bind("originSnapshot", volume.origin().map(VolumeRecord.Origin::snapshot).orElse(null));
  }

  private static void insert(Handle handle, String volume, List<VolumeSnapshot> snapshots) {
    if (snapshots.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO volume_snapshots (volume, number, object, taken, uploaded, content, kept)"
                + " VALUES (:volume, :number, :object, :taken, :uploaded, :content, :kept)");
    for (VolumeSnapshot snapshot : snapshots) {
      batch
          .bind("volume", volume)
          .bind("number", snapshot.number())
          .bind("object", snapshot.object())
          .bind("taken", snapshot.taken().toEpochMilli())
          .bind("uploaded", snapshot.uploaded().bytes())
          .bind("content", snapshot.content().bytes())
          .bind("kept", snapshot.kept() ? 1 : 0)
          .add();
    }
    batch.execute();
  }

  private static List<VolumeRecord> select(Handle handle, String where, String... values) {
    var query = handle.createQuery("SELECT * FROM volumes WHERE " + where);
    for (int i = 0; i < values.length; i++) {
      query.bind(i, values[i]);
    }
    List<VolumeRecord> rows = query.map((row, context) -> read(row)).list();
    return rows.stream().map(volume -> withSnapshots(handle, volume)).toList();
  }

  private static VolumeRecord read(ResultSet row) throws SQLException {
    return new VolumeRecord(
        new VolumeRecord.Identity(
            row.getString("id"),
            row.getString("tenant"),
            row.getString("name"),
            Instant.ofEpochMilli(row.getLong("created"))),
        new ByteSize(row.getLong("size")),
        row.getString("bucket"),
        new VolumeRecord.SealedKey(row.getBytes("sealed_key")),
        row.getLong("last_number"),
        row.getLong("start_number"),
        use(row),
        List.of(),
        origin(row));
  }

  private static Optional<VolumeRecord.Origin> origin(ResultSet row) throws SQLException {
    @Nullable String volume = row.getString("origin_volume");
    return volume == null
        ? Optional.empty()
        : Optional.of(new VolumeRecord.Origin(volume, row.getLong("origin_snapshot")));
  }

  private static Optional<VolumeRecord.Use> use(ResultSet row) throws SQLException {
    @Nullable String instance = row.getString("instance");
    if (instance == null) {
      return Optional.empty();
    }
    VolumeRecord.Holder holder =
        new VolumeRecord.Holder(
            InstanceId.parse(instance),
            row.getString("instance_name"),
            row.getLong("generation"),
            Columns.peer(row.getBytes("host")));
    Optional<Instant> safeUntil = Columns.instant(row, "safe_until");
    return Optional.of(
        new VolumeRecord.Use(holder, Duration.ofMillis(row.getLong("every_millis")), safeUntil));
  }

  private static VolumeRecord withSnapshots(Handle handle, VolumeRecord volume) {
    List<VolumeSnapshot> snapshots =
        handle
            .createQuery("SELECT * FROM volume_snapshots WHERE volume = :volume")
            .bind("volume", volume.identity().id())
            .map((row, context) ->
                new VolumeSnapshot(
                    row.getLong("number"),
                    row.getString("object"),
                    Instant.ofEpochMilli(row.getLong("taken")),
                    new ByteSize(row.getLong("uploaded")),
                    new ByteSize(row.getLong("content")),
                    row.getInt("kept") == 1))
            .list();
    return new VolumeRecord(
        volume.identity(),
        volume.size(),
        volume.bucket(),
        volume.sealedKey(),
        volume.lastNumber(),
        volume.start(),
        volume.use(),
        snapshots,
        volume.origin());
  }
}
