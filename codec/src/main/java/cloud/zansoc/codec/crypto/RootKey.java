package cloud.zansoc.codec.crypto;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * The one secret of a tenant, from which every other key follows; {@link RecoveryPhrase} is how
 * people keep it. docs/format/README.md shows the tree of keys.
 */
public record RootKey(Key256 key) {
  private static final String BUCKET = "zansoc/v1/bucket-key\0";
  private static final String WALLET = "zansoc/v1/wallet-entropy";
  private static final int WALLET_BYTES = 32;

  /** A fresh root key from {@code random}, which outside of tests is a SecureRandom. */
  public static RootKey random(RandomGenerator random) {
    return new RootKey(Key256.random(random));
  }

  /** The key of the bucket with this id (BucketView's {@code id}, not its name). */
  public BucketKey bucketKey(String bucketId) {
    byte[] purpose = (BUCKET + bucketId).getBytes(StandardCharsets.UTF_8);
    return new BucketKey(key.derive(new byte[0], purpose));
  }

  /**
   * 32 bytes from which the tenant's wallet follows by BIP-39: docs/format/wallet.md. They tell
   * nothing about the root key.
   */
  public byte[] walletEntropy() {
    return key.derive(new byte[0], WALLET.getBytes(StandardCharsets.UTF_8), WALLET_BYTES);
  }
}
