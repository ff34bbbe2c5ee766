package cloud.zansoc.storage.api;

import cloud.zansoc.base.Digest;
import java.util.List;

/** A version with what is needed to open it: GET /v1/buckets/{bucket}/object?key=&version=. */
public record ObjectView(VersionView version, byte[] manifest, List<Digest> segments) {
  public ObjectView {
    segments = List.copyOf(segments);
  }
}
