package cloud.zansoc.storage.client;

import cloud.zansoc.base.BucketName;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ObjectKey;
import cloud.zansoc.base.ZansocException;

/**
 * Where an object lies: its bucket and its key, as text {@code zs://bucket/key}.
 *
 * @param bucket a name that S3 would accept
 * @param key what {@link ObjectKey} accepts; or empty, where the bucket itself or all of it is
 *     meant
 */
public record ObjectAddress(String bucket, String key) {
  /** What the text form begins with. */
  public static final String SCHEME = "zs://";

  /**
   * Checks both names.
   *
   * @throws ZansocException INVALID_NAME that says what is accepted
   */
  public ObjectAddress {
    bucket = new BucketName(bucket).text();
    key = key.isEmpty() ? key : new ObjectKey(key).text();
  }

  /** Whether {@code text} is meant to be an address rather than a path. */
  public static boolean isAddress(String text) {
    return text.startsWith(SCHEME);
  }

  /**
   * Parses {@code zs://bucket}, {@code zs://bucket/} or {@code zs://bucket/key}.
   *
   * @throws ZansocException INVALID_NAME that says what is accepted
   */
  public static ObjectAddress parse(String text) {
    if (!isAddress(text) || text.length() == SCHEME.length() || text.startsWith(SCHEME + "/")) {
      throw new ZansocException(
          ErrorCode.INVALID_NAME,
          "'" + text + "' is not an address; write for example zs://photos/2026/a.jpg");
    }
    String rest = text.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    return slash < 0
        ? new ObjectAddress(rest, "")
        : new ObjectAddress(rest.substring(0, slash), rest.substring(slash + 1));
  }

  /** This bucket with another key. */
  public ObjectAddress withKey(String other) {
    return new ObjectAddress(bucket, other);
  }

  @Override
  public String toString() {
    return SCHEME + bucket + "/" + key;
  }
}
