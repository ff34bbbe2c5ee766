package cloud.zansoc.codec.format;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.BucketKey;
import cloud.zansoc.codec.crypto.SealKey;
import java.util.random.RandomGenerator;

/**
 * Seals and opens manifests. Each has a key of its own, derived from its bucket's key and a random
 * salt, so that one object can be shared by handing over one key. Thread-safe.
 */
public final class ManifestSeal {
  /** The most that a sealed manifest may have, in bytes. */
  public static final int MAX_BYTES = 6 << 20;

  private static final Seal SEAL = new Seal("manifest", 0x5a4d4601, MAX_BYTES); // "ZMF", 1
  private static final String OWNER =
      "it belongs to another account; log in with the recovery phrase of the bucket's owner";
  private static final String GUEST =
      "use the whole share link, with everything after the '#', as it was given";

  private ManifestSeal() {}

  /**
   * Seals a manifest under a fresh key.
   *
   * @param random where salt and nonce come from; outside of tests a SecureRandom
   * @return the sealed bytes, whose SHA-256 is the manifest's {@link #address}
   */
  public static byte[] seal(BucketKey key, Manifest manifest, RandomGenerator random) {
    return SEAL.seal(key::manifestKey, manifest.encode(), random);
  }

  /** The address of a sealed manifest: what the next version's manifest names as previous. */
  public static Digest address(byte[] sealed) {
    return Digest.sha256(sealed);
  }

  /**
   * The key of this one manifest, to be shared.
   *
   * @throws ZansocException INVALID_ARGUMENT if {@code sealed} is no sealed manifest
   */
  public static SealKey keyOf(BucketKey key, byte[] sealed) {
    return key.manifestKey(SEAL.salt(sealed));
  }

  /**
   * Opens a manifest with its bucket's key.
   *
   * @throws ZansocException WRONG_KEY, DAMAGED (its bytes were changed), INVALID_ARGUMENT (no
   *     manifest), UNSUPPORTED (of a newer version)
   */
  public static Manifest open(BucketKey key, byte[] sealed) {
    return Manifest.decode(SEAL.open(keyOf(key, sealed), sealed, OWNER));
  }

  /**
   * Opens a manifest with its own key, as a share link carries it.
   *
   * @throws ZansocException as {@link #open(BucketKey, byte[])}
   */
  public static Manifest open(SealKey key, byte[] sealed) {
    return Manifest.decode(SEAL.open(key, sealed, GUEST));
  }
}
