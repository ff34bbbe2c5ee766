package cloud.zansoc.hub.registry;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * A public key as SSH writes it (RFC 4253, section 6.6).
 *
 * @param fingerprint SHA256: and the digest of the key's bytes, as ssh-keygen -l shows it
 */
public record SshKey(String type, String fingerprint, String comment) {
  private static final String ED25519 = "ssh-ed25519";
  private static final String RSA = "ssh-rsa";
  private static final Set<String> TYPES =
      Set.of(
          ED25519,
          RSA,
          "ecdsa-sha2-nistp256",
          "ecdsa-sha2-nistp384",
          "ecdsa-sha2-nistp521",
          "sk-ssh-ed25519@openssh.com",
          "sk-ecdsa-sha2-nistp256@openssh.com");
  private static final int ED25519_BYTES = 32;
  private static final int LEAST_RSA_BITS = 2048;
  private static final int MOST_LINE = 8192;
  private static final int MOST_COMMENT = 200;

  /**
   * Reads a line as in id_ed25519.pub.
   *
   * @throws ZansocException INVALID_ARGUMENT that says what is wrong with it
   */
  public static SshKey parse(String line) {
    String[] parts = line.strip().split("\\s+", 3);
    if (line.contains("PRIVATE KEY")) {
      throw invalid("this is a private key: keep it to yourself, and give the file that ends .pub");
    }
    if (parts.length < 2 || line.length() > MOST_LINE || line.strip().contains("\n")) {
      throw invalid("a key is one line: its type, base 64, and a comment, as in id_ed25519.pub");
    }
    if (!TYPES.contains(parts[0])) {
      throw invalid(
          "keys of type '%s' are not taken: make one by ssh-keygen -t ed25519".formatted(parts[0]));
    }
    byte[] bytes = decode(parts[1]);
    check(parts[0], bytes);
    String comment = parts.length < 3 ? "" : parts[2];
    return new SshKey(
        parts[0],
        fingerprint(bytes),
        comment.substring(0, Math.min(comment.length(), MOST_COMMENT)));
  }

  /** The fingerprint of a key's bytes. */
  public static String fingerprint(byte[] key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The raw Ed25519 key in a key's bytes; none where it is of another type. */
  public static Optional<byte[]> rawEd25519(byte[] key) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(key);
      String type = new String(next(buffer), StandardCharsets.US_ASCII);
      byte[] raw = type.equals(ED25519) ? next(buffer) : new byte[0];
      return raw.length == ED25519_BYTES ? Optional.of(raw) : Optional.empty();
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw invalid("the key is not complete: its second word is not base 64");
    }
  }

  private static void check(String type, byte[] bytes) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      byte[] inside = next(buffer);
      if (!Arrays.equals(inside, type.getBytes(StandardCharsets.US_ASCII))) {
        throw invalid("the key says that it is of one type, and is of another");
      }
      byte[] first = next(buffer);
      if (type.equals(ED25519) && first.length != ED25519_BYTES) {
        throw invalid("the key is not complete: copy the whole line");
      }
      if (type.equals(RSA) && new BigInteger(1, next(buffer)).bitLength() < LEAST_RSA_BITS) {
        throw invalid(
            "RSA keys have %d bits at least: make a better one by ssh-keygen -t ed25519"
                .formatted(LEAST_RSA_BITS));
      }
    } catch (BufferUnderflowException e) {
      throw invalid("the key is not complete: copy the whole line");
    }
  }

  private static byte[] next(ByteBuffer buffer) {
    int length = buffer.getInt();
    if (length < 0 || length > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return bytes;
  }

  private static ZansocException invalid(String why) {
    return new ZansocException(ErrorCode.INVALID_ARGUMENT, why);
  }
}
