package cloud.zansoc.storage.hub;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.format.SegmentIndex;
import java.util.List;
import java.util.Set;

/**
 * A segment and where it lies.
 *
 * @param positions those that some host holds or held; at most one for each position and host
 * @param deleting hosts that may be deleting this shard now, and must not get it
 */
public record EndangeredSegment(
    ShardId shard, SegmentIndex index, List<Held> positions, Set<PeerId> deleting) {
  public EndangeredSegment {
    positions = List.copyOf(positions);
    deleting = Set.copyOf(deleting);
  }

  /** One position on one host. */
  public record Held(int position, PeerId host, boolean damaged) {}
}
