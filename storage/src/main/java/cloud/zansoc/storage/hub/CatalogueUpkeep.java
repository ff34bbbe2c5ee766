package cloud.zansoc.storage.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import java.time.Instant;
import java.util.List;

/**
 * What must be done to the catalogue from time to time. Blocking and thread-safe; each call does a
 * bounded amount of work in one transaction.
 */
public interface CatalogueUpkeep {
  /** Drops reservations that ended before {@code before}; their hosts are told to delete. */
  int expireReservations(Instant before);

  /** Drops segments that were committed before {@code before} and that no version names. */
  int dropUnreferenced(Instant before);

  /** Forgets commits made before {@code before}: their repetition would be a new commit. */
  int forgetCommits(Instant before);

  /** Hosts that have something to delete. */
  List<PeerId> hostsWithDeletions(Instant now);

  /** What {@code host} must delete; from here on the order counts as perhaps carried out. */
  List<ShardId> takeDeletions(PeerId host, Instant now, int limit);

  /** The host has deleted these. */
  void acknowledgeDeletions(PeerId host, List<ShardId> shards);
}
