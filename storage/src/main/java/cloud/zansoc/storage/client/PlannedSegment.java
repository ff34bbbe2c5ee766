package cloud.zansoc.storage.client;

import cloud.zansoc.codec.format.SegmentIndex;
import java.util.List;

/**
 * A segment that can be fetched.
 *
 * @param index checked against the segment's id
 * @param hosts the positions that may be there
 * @param lost names of hosts that held others and are gone
 */
record PlannedSegment(SegmentIndex index, List<HostAccess> hosts, List<String> lost) {
  PlannedSegment {
    hosts = List.copyOf(hosts);
    lost = List.copyOf(lost);
  }
}
