package cloud.zansoc.hub;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.hub.store.Sealing;
import cloud.zansoc.net.identity.Identity;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.interfaces.EdECPrivateKey;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals by AES-256-GCM under a key that follows from the hub's identity, which lies in its data
 * folder: a nonce of 12 bytes, then the ciphertext and its tag. The context is associated data.
 */
final class IdentitySealing implements Sealing {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Key256 key;
  private final RandomGenerator random;

  /**
   * @param purpose each has a key of its own
   * @param random where nonces come from; outside of tests a SecureRandom
   */
  IdentitySealing(Identity identity, String purpose, RandomGenerator random) {
    byte[] seed = ((EdECPrivateKey) identity.signingKey()).getBytes().orElseThrow();
    this.key =
        Key256.of(seed)
            .derive(new byte[0], ("zansoc/v1/" + purpose).getBytes(StandardCharsets.US_ASCII));
    this.random = random;
  }

  @Override
  public byte[] seal(byte[] context, byte[] plain) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, context, nonce, plain);
    byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
    System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
    return all;
  }

  @Override
  public byte[] open(byte[] context, byte[] sealed) {
    byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    byte[] rest = Arrays.copyOfRange(sealed, Math.min(NONCE_BYTES, sealed.length), sealed.length);
    return crypt(Cipher.DECRYPT_MODE, context, nonce, rest);
  }

  private byte[] crypt(int mode, byte[] context, byte[] nonce, byte[] input) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key.aes(), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(context);
      return cipher.doFinal(input);
    } catch (AEADBadTagException e) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "what the database has sealed cannot be opened: it was sealed by a hub with another"
              + " identity, or is damaged; put the hub.identity back that belongs to this database",
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }
}
