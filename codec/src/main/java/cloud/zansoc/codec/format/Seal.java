package cloud.zansoc.codec.format;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.SealKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The envelope of manifests and snapshots: a header in the clear, then the body in AES-256-GCM with
 * the header as associated data. docs/format/README.md gives the bytes.
 *
 * @param name what is sealed, for messages: "manifest"
 * @param magic the first four bytes, the last of which is the version
 * @param maxBytes the most that a sealed thing of this kind may have
 */
record Seal(String name, int magic, int maxBytes) {
  private static final int SALT_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final int SALT_AT = 4;
  private static final int CHECK_AT = SALT_AT + SALT_BYTES;
  private static final int NONCE_AT = CHECK_AT + SealKey.CHECK_BYTES;

  /** What stands before the ciphertext, in bytes. */
  static final int HEADER_BYTES = NONCE_AT + NONCE_BYTES;

  /** Seals {@code body} under the key that {@code keyOfSalt} gives for a fresh salt. */
  byte[] seal(Function<byte[], SealKey> keyOfSalt, byte[] body, RandomGenerator random) {
    int length = HEADER_BYTES + body.length + TAG_BYTES;
    if (length > maxBytes) {
      throw new ZansocException(
          ErrorCode.TOO_LARGE,
          "a %s of %d bytes is too large; %d are allowed".formatted(name, length, maxBytes));
    }
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    SealKey key = keyOfSalt.apply(salt);
    byte[] sealed =
        ByteBuffer.allocate(length).putInt(magic).put(salt).put(key.check()).put(nonce).array();
    try {
      cipher(Cipher.ENCRYPT_MODE, key, sealed).doFinal(body, 0, body.length, sealed, HEADER_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing a " + name + " failed", e);
    }
    return sealed;
  }

  /** The salt in the header of {@code sealed}. */
  byte[] salt(byte[] sealed) {
    if (sealed.length < HEADER_BYTES + TAG_BYTES || sealed.length > maxBytes) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "%d bytes cannot be a sealed %s".formatted(sealed.length, name));
    }
    int begins = ByteBuffer.wrap(sealed).getInt();
    if (begins != magic && begins >>> 8 == magic >>> 8) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "the %s is sealed in a newer way than this program knows: use a newer zansoc"
              .formatted(name));
    }
    if (begins != magic) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "these bytes are not a sealed " + name);
    }
    return Arrays.copyOfRange(sealed, SALT_AT, CHECK_AT);
  }

  /** The body of {@code sealed}, once all of it is known to be authentic. */
  byte[] open(SealKey key, byte[] sealed, String whatToDo) {
    salt(sealed);
    if (!MessageDigest.isEqual(key.check(), Arrays.copyOfRange(sealed, CHECK_AT, NONCE_AT))) {
      throw new ZansocException(
          ErrorCode.WRONG_KEY, "this key does not open the %s: %s".formatted(name, whatToDo));
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, key, sealed)
          .doFinal(sealed, HEADER_BYTES, sealed.length - HEADER_BYTES);
    } catch (AEADBadTagException e) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "the key is right but the %s's bytes were changed: get it from elsewhere".formatted(name),
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening a " + name + " failed", e);
    }
  }

  private static Cipher cipher(int mode, SealKey key, byte[] sealed)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, key.key().aes(), new GCMParameterSpec(TAG_BYTES * 8, sealed, NONCE_AT, NONCE_BYTES));
    cipher.updateAAD(sealed, 0, HEADER_BYTES);
    return cipher;
  }
}
