package cloud.zansoc.codec.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A secret of 32 bytes. Its text never shows it, and comparing takes constant time. Immutable. */
public final class Key256 {
  /** Length in bytes. */
  public static final int BYTES = 32;

  private final byte[] secret;

  private Key256(byte[] secret) {
    this.secret = secret;
  }

  /**
   * The key whose bytes are {@code secret}, which are copied.
   *
   * @throws IllegalArgumentException if they are not 32
   */
  public static Key256 of(byte[] secret) {
    if (secret.length != BYTES) {
      throw new IllegalArgumentException("a key has 32 bytes, not " + secret.length);
    }
    return new Key256(secret.clone());
  }

  /** A fresh key from {@code random}, which outside of tests is a SecureRandom. */
  public static Key256 random(RandomGenerator random) {
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    return new Key256(secret);
  }

  /**
   * HKDF-SHA256 (RFC 5869), both steps.
   *
   * @param salt may be empty
   * @param purpose the {@code info}: keeps keys of different use apart
   */
  public Key256 derive(byte[] salt, byte[] purpose) {
    return new Key256(derive(salt, purpose, BYTES));
  }

  /**
   * As {@link #derive(byte[], byte[])}, for {@code length} bytes (at most 8160) that are no key.
   */
  public byte[] derive(byte[] salt, byte[] purpose, int length) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(secret)
                  .addSalt(salt)
                  .thenExpand(purpose, length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HKDF-SHA256", e);
    }
  }

  /** The key for the JDK's AES. */
  public SecretKey aes() {
    return new SecretKeySpec(secret, "AES");
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return secret.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key256 key && MessageDigest.isEqual(secret, key.secret);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(secret);
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
