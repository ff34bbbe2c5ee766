package cloud.zansoc.storage.api;

import cloud.zansoc.base.Digest;
import java.util.List;

/** How safe a version is: GET /v1/buckets/{bucket}/health?key=&version=. */
public record ObjectHealth(List<SegmentHealth> segments) {
  public ObjectHealth {
    segments = List.copyOf(segments);
  }

  /**
   * One segment's hosts.
   *
   * @param needed k
   * @param healthy positions on hosts that are connected, without known damage
   * @param hosts names by position; empty where a position is lost
   */
  public record SegmentHealth(
      Digest segment, int needed, int total, int healthy, List<String> hosts) {
    public SegmentHealth {
      hosts = List.copyOf(hosts);
    }
  }
}
