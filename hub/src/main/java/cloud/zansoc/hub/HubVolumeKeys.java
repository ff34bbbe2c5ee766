package cloud.zansoc.hub;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.compute.hub.VolumeKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.interfaces.EdECPrivateKey;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals the keys of volumes by AES-256-GCM under a key that follows from the hub's identity, with
 * the volume's id as associated data: a nonce of 12 bytes, then the ciphertext and its tag. Whoever
 * has the database but not the identity cannot read volumes.
 */
final class HubVolumeKeys implements VolumeKeys {
  private static final byte[] PURPOSE = "zansoc/v1/volume-keys".getBytes(StandardCharsets.US_ASCII);
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Key256 key;
  private final RandomGenerator random;

  /**
   * @param identity the hub's signing key
   * @param random where keys and nonces come from; outside of tests a SecureRandom
   */
  HubVolumeKeys(EdECPrivateKey identity, RandomGenerator random) {
    byte[] seed = identity.getBytes().orElseThrow();
    this.key = Key256.of(seed).derive(new byte[0], PURPOSE);
    this.random = random;
  }

  @Override
  public byte[] create(String volume) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, volume, nonce, Key256.random(random).toBytes());
    byte[] all = new byte[NONCE_BYTES + sealed.length];
    System.arraycopy(nonce, 0, all, 0, NONCE_BYTES);
    System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
    return all;
  }

  @Override
  public byte[] open(String volume, byte[] sealed) {
    byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    byte[] rest = Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length);
    return crypt(Cipher.DECRYPT_MODE, volume, nonce, rest);
  }

  private byte[] crypt(int mode, String volume, byte[] nonce, byte[] input) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key.aes(), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(volume.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(input);
    } catch (AEADBadTagException e) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "the key of volume %s cannot be opened: it was sealed by a hub with another identity"
              .formatted(volume),
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing the key of a volume failed", e);
    }
  }
}
