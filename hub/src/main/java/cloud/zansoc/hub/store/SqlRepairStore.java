package cloud.zansoc.hub.store;

import cloud.zansoc.base.Limits;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.hub.store.Reservations.Promise;
import cloud.zansoc.storage.hub.CatalogueUpkeep;
import cloud.zansoc.storage.hub.EndangeredSegment;
import cloud.zansoc.storage.hub.RepairStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What repair and upkeep need of the catalogue, on SQLite or PostgreSQL. */
public final class SqlRepairStore implements RepairStore, CatalogueUpkeep {
  /** How much one transaction of upkeep does. */
  private static final int BATCH = 200;

  /** A permit may be used until both clocks' skew has passed. */
  private static final Duration PERMITS_OUTLIVE = Limits.CLOCK_SKEW.multipliedBy(2);

  private final Database database;
  private final Clock clock;

  public SqlRepairStore(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public List<EndangeredSegment> endangered(
      Set<PeerId> going, Instant incompleteBefore, int limit) {
    return database.read(handle -> RepairRows.endangered(handle, going, incompleteBefore, limit));
  }

  @Override
  public Optional<EndangeredSegment> segment(ShardId shard) {
    return database.read(handle -> RepairRows.segment(handle, shard));
  }

  @Override
  public boolean begin(ShardId shard, Map<Integer, PeerId> targets, Instant expires) {
    return database.write(handle -> RepairRows.begin(handle, shard, targets, expires));
  }

  @Override
  public void finish(ShardId shard, Map<Integer, PeerId> restored) {
    Instant now = clock.instant();
    database.run(handle -> RepairRows.finish(handle, shard, restored, now));
  }

  /**
   * Ends the repairs that a hub which died left half done, so that they are planned anew at once;
   * to be called before any repair begins. Their permits may still be in use, so that the hosts
   * concerned delete what they got only once those have ended, unless a new repair chooses them.
   *
   * @return how many
   */
  public int abandonRepairs() {
    return database.write(handle -> {
      List<Promise> repairs = Reservations.repairs(handle);
      repairs.forEach(
          promise -> RepairRows.abandon(handle, promise, promise.expires().plus(PERMITS_OUTLIVE)));
      return repairs.size();
    });
  }

  @Override
  public long heldBy(PeerId host) {
    return database.read(handle -> RepairRows.heldBy(handle, host));
  }

  @Override
  public int expireReservations(Instant before) {
    Instant now = clock.instant();
    return database.write(handle -> {
      List<Promise> expired = Reservations.expired(handle, before, BATCH);
      expired.forEach(promise -> RepairRows.abandon(handle, promise, now));
      return expired.size();
    });
  }

  @Override
  public int dropUnreferenced(Instant before) {
    Instant now = clock.instant();
    return database.write(handle -> {
      List<ShardId> shards =
          handle
              .createQuery(
                  "SELECT shard FROM segments WHERE refs = 0 AND created < :before"
                      + " ORDER BY created LIMIT :limit")
              .bind("before", before.toEpochMilli())
              .bind("limit", BATCH)
              .map((row, context) -> Columns.shard(row.getBytes("shard")))
              .list();
      shards.forEach(shard -> Segments.drop(handle, shard, now));
      return shards.size();
    });
  }

  @Override
  public int forgetCommits(Instant before) {
    return database.write(
        handle -> handle.execute("DELETE FROM commits WHERE created < ?", before.toEpochMilli()));
  }

  @Override
  public List<PeerId> hostsWithDeletions(Instant now) {
    return database.read(handle -> Deletions.hosts(handle, now));
  }

  @Override
  public List<ShardId> takeDeletions(PeerId host, Instant now, int limit) {
    return database.write(handle -> Deletions.take(handle, host, now, limit));
  }

  @Override
  public void acknowledgeDeletions(PeerId host, List<ShardId> shards) {
    database.run(handle -> Deletions.acknowledge(handle, host, shards));
  }
}
