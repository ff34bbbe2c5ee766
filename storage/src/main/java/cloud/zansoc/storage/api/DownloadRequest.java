package cloud.zansoc.storage.api;

import cloud.zansoc.base.Digest;
import java.util.List;
import java.util.Optional;

/**
 * POST /v1/segments/download: where segments lie, with GET permits for the caller.
 *
 * @param segments at most 64
 * @param share the share that allows it, where the caller is not of the tenant
 */
public record DownloadRequest(List<Digest> segments, Optional<String> share) {
  public DownloadRequest {
    segments = List.copyOf(segments);
  }
}
