package cloud.zansoc.hub.api;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.storage.api.CommitRequest;

/** Buckets of a tenant that the hub uses for it, which clients neither see nor touch. */
public final class HiddenBuckets {
  private static final String VOLUME = "zansoc-volume-";

  private HiddenBuckets() {}

  /** The name of a volume's bucket. */
  public static String ofVolume(String volume) {
    return VOLUME + volume;
  }

  static boolean isHidden(String bucket) {
    return bucket.startsWith(VOLUME);
  }

  /** The name, unless it is hidden: NOT_FOUND. */
  static String requireVisible(String bucket) {
    if (isHidden(bucket)) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND,
          "bucket '%s' is kept for a volume: see zansoc volume ls".formatted(bucket));
    }
    return bucket;
  }

  /** A commit into visible buckets. */
  static CommitRequest requireVisible(CommitRequest request) {
    request.versions().forEach(version -> requireVisible(version.bucket()));
    return request;
  }
}
