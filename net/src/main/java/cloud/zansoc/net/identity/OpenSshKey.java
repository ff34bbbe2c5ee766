package cloud.zansoc.net.identity;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.EdECPrivateKey;
import java.util.Base64;

/**
 * An identity's Ed25519 key as OpenSSH's programs read it: the format of its file PROTOCOL.key,
 * without encryption.
 */
public final class OpenSshKey {
  private static final String TYPE = "ssh-ed25519";
  private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final int BLOCK_BYTES = 8;
  private static final int LINE = 70;

  private OpenSshKey() {}

  /** The private key's file. It must be its owner's only. */
  public static String text(Identity identity, String comment) {
    byte[] publicKey = identity.publicKey();
    byte[] seed = ((EdECPrivateKey) identity.signingKey()).getBytes().orElseThrow();
    ByteArrayOutputStream secret = new ByteArrayOutputStream();
    // Twice the same number: who decrypts sees by it whether the password was right.
    secret.writeBytes(new byte[2 * Integer.BYTES]);
    put(secret, ascii(TYPE));
    put(secret, publicKey);
    put(secret, concatenated(seed, publicKey));
    put(secret, comment.getBytes(StandardCharsets.UTF_8));
    for (int pad = 1; secret.size() % BLOCK_BYTES != 0; pad++) {
      secret.write(pad);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(MAGIC);
    put(file, ascii("none"));
    put(file, ascii("none"));
    put(file, new byte[0]);
    file.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(1).array());
    put(file, blob(publicKey));
    put(file, secret.toByteArray());
    return "-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----\n"
        .formatted(
            Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(file.toByteArray()));
  }

  /** The public key's line, as in id_ed25519.pub. */
  public static String publicLine(Identity identity, String comment) {
    return "%s %s %s"
        .formatted(TYPE, Base64.getEncoder().encodeToString(blob(identity.publicKey())), comment);
  }

  private static byte[] blob(byte[] publicKey) {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    put(blob, ascii(TYPE));
    put(blob, publicKey);
    return blob.toByteArray();
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void put(ByteArrayOutputStream out, byte[] bytes) {
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }
}
