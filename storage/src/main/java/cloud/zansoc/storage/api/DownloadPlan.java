package cloud.zansoc.storage.api;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ShardId;
import java.util.List;

/** The answer to a DownloadRequest, in the order asked. */
public record DownloadPlan(List<SegmentPlan> segments) {
  public DownloadPlan {
    segments = List.copyOf(segments);
  }

  /**
   * Where one segment lies.
   *
   * @param index the encoded SegmentIndex, to be checked against the id
   * @param slots the positions that hosts which are not lost hold; fewer than n in an emergency
   * @param lost names of hosts that held other positions and are gone
   */
  public record SegmentPlan(
      Digest segment, ShardId shard, byte[] index, List<Slot> slots, List<String> lost) {
    public SegmentPlan {
      slots = List.copyOf(slots);
      lost = List.copyOf(lost);
    }
  }
}
