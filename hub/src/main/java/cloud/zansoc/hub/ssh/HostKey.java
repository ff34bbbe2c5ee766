package cloud.zansoc.hub.ssh;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/** The gateway's own key, made once, and kept in a file that OpenSSH can read. */
final class HostKey {
  private HostKey() {}

  static KeyPair loadOrCreate(Path file) {
    try {
      if (!Files.exists(file)) {
        create(file);
      }
      for (KeyPair pair : new FileKeyPairProvider(file).loadKeys(null)) {
        return pair;
      }
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "%s holds no key: put it back from a copy, or remove it for a new one, of which every ssh client will warn"
              .formatted(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the gateway's key in " + file, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public key as one line of known_hosts has it, after the name. */
  static String line(PublicKey key) {
    return PublicKeyEntry.toString(key);
  }

  private static void create(Path file) throws IOException, GeneralSecurityException {
    KeyPair pair = SecurityUtils.getKeyPairGenerator(SecurityUtils.ED25519).generateKeyPair();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "zansoc hub", null, text);
    // A new temporary file is its owner's only.
    Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".new", "");
    Files.write(fresh, text.toByteArray());
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
