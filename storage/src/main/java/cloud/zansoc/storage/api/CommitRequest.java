package cloud.zansoc.storage.api;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ShardId;
import java.util.List;
import java.util.Optional;

/**
 * POST /v1/commit: makes segments and the versions that stand on them visible, all or nothing, and
 * idempotently (a repetition of the same request answers the same).
 *
 * @param segments new segments
 * @param versions new versions; each names segments that are new here or already the tenant's
 */
public record CommitRequest(List<SegmentCommit> segments, List<VersionCommit> versions) {
  public CommitRequest {
    segments = List.copyOf(segments);
    versions = List.copyOf(versions);
  }

  /**
   * A segment whose redundancy is met.
   *
   * @param index the encoded SegmentIndex
   * @param receipts encoded Receipt.Signed, one for each position that holds its whole column; the
   *     position is found by the receipt's host
   */
  public record SegmentCommit(ShardId shard, byte[] index, List<byte[]> receipts) {
    public SegmentCommit {
      receipts = List.copyOf(receipts);
    }
  }

  /**
   * A version of an object.
   *
   * @param manifest the sealed manifest, opaque to the hub
   * @param size of the object in bytes
   * @param root the CID (text) of the UnixFS DAG over the object's ciphertext
   * @param segments ids of the segments it stands on, in order
   * @param condition what must hold, or the commit fails with PRECONDITION_FAILED
   */
  public record VersionCommit(
      String bucket,
      String key,
      byte[] manifest,
      long size,
      String root,
      List<Digest> segments,
      Condition condition) {
    public VersionCommit {
      segments = List.copyOf(segments);
    }
  }

  /**
   * A condition on the key's newest version.
   *
   * @param absent no object may be there
   * @param versionId this version must be the newest
   */
  public record Condition(boolean absent, Optional<String> versionId) {
    /** No condition. */
    public static final Condition NONE = new Condition(false, Optional.empty());
  }
}
