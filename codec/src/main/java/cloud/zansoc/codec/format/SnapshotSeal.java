package cloud.zansoc.codec.format;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.BucketKey;
import java.util.random.RandomGenerator;

/** Seals and opens snapshots, each under a key of its own. Thread-safe. */
public final class SnapshotSeal {
  /** The most that a sealed snapshot may have, in bytes; what opening one takes in memory. */
  public static final int MAX_BYTES = 128 << 20;

  private static final Seal SEAL = new Seal("snapshot", 0x5a534e01, MAX_BYTES); // "ZSN", 1
  private static final String OWNER =
      "it belongs to another account; log in with the recovery phrase of the bucket's owner";

  private SnapshotSeal() {}

  /**
   * Seals a snapshot under a fresh key.
   *
   * @param random where salt and nonce come from; outside of tests a SecureRandom
   * @return the sealed bytes, whose SHA-256 is the snapshot's {@link #address}
   * @throws ZansocException TOO_LARGE over {@link #MAX_BYTES}
   */
  public static byte[] seal(BucketKey key, Snapshot snapshot, RandomGenerator random) {
    return SEAL.seal(key::snapshotKey, snapshot.encode(), random);
  }

  /** The address of a sealed snapshot: what the next one names as previous. */
  public static Digest address(byte[] sealed) {
    return Digest.sha256(sealed);
  }

  /**
   * Opens a snapshot with its bucket's key.
   *
   * @throws ZansocException WRONG_KEY, DAMAGED (its bytes were changed), INVALID_ARGUMENT (no
   *     snapshot), UNSUPPORTED (of a newer version)
   */
  public static Snapshot open(BucketKey key, byte[] sealed) {
    return Snapshot.decode(SEAL.open(key.snapshotKey(SEAL.salt(sealed)), sealed, OWNER));
  }
}
