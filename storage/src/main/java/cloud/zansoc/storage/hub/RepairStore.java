package cloud.zansoc.storage.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What repair needs of the catalogue. Blocking and thread-safe; every method is a transaction. */
public interface RepairStore {
  /**
   * Segments that miss positions and are not being repaired, the most endangered first: the fewest
   * positions above k that neither are damaged nor lie on a host of {@code going}.
   *
   * @param incompleteBefore a position that the upload itself left out counts as missing only for
   *     segments committed before this
   */
  List<EndangeredSegment> endangered(Set<PeerId> going, Instant incompleteBefore, int limit);

  /** One segment as {@link #endangered} gives it, whatever its health; empty if it is deleted. */
  Optional<EndangeredSegment> segment(ShardId shard);

  /**
   * Promises hosts to a repair, so that no other repair of the segment begins, and so that what
   * they got is deleted should the repair not finish.
   *
   * @return false where the segment is gone or being repaired, or where a target holds another
   *     position or may still be deleting this shard
   */
  boolean begin(ShardId shard, Map<Integer, PeerId> targets, Instant expires);

  /**
   * Ends a repair: each position of {@code restored} now lies on that host; hosts that held it
   * before, and targets that failed, are told to delete. Does nothing where the repair expired.
   */
  void finish(ShardId shard, Map<Integer, PeerId> restored);

  /** How many positions a host holds; a draining host may leave at 0. */
  long heldBy(PeerId host);
}
