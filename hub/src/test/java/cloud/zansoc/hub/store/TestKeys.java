package cloud.zansoc.hub.store;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;

/** Key pairs that follow from a seed, so that a test replays. */
final class TestKeys {
  private TestKeys() {}

  /** The raw public key of the Ed25519 seed. */
  static byte[] publicKey(byte[] seed) {
    return cloud.zansoc.codec.crypto.Ed25519.rawPublicKey(pair(seed).getPublic());
  }

  private static KeyPair pair(byte[] seed) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, new Fixed(seed));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no Ed25519", e);
    }
  }

  /** Gives the seed as the random bytes that the generator asks for: they are the private key. */
  private static final class Fixed extends SecureRandom {
    private static final long serialVersionUID = 1;
    private final byte[] seed;

    Fixed(byte[] seed) {
      this.seed = seed.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }
}
