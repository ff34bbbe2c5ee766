package cloud.zansoc.codec.crypto;

import java.nio.charset.StandardCharsets;

/** Opens every manifest and snapshot of one bucket, and nothing else. */
public record BucketKey(Key256 key) {
  private static final byte[] MANIFEST = ascii("zansoc/v1/manifest-key");
  private static final byte[] SNAPSHOT = ascii("zansoc/v1/snapshot-key");

  /** The key of the one manifest whose header has {@code salt}. */
  public SealKey manifestKey(byte[] salt) {
    return new SealKey(key.derive(salt, MANIFEST));
  }

  /** The key of the one snapshot whose header has {@code salt}. */
  public SealKey snapshotKey(byte[] salt) {
    return new SealKey(key.derive(salt, SNAPSHOT));
  }

  private static byte[] ascii(String purpose) {
    return purpose.getBytes(StandardCharsets.US_ASCII);
  }
}
