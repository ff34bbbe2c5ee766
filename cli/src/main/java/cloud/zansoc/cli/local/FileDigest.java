package cloud.zansoc.cli.local;

import cloud.zansoc.base.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The SHA-256 of files, as sha256sum prints it. */
final class FileDigest {
  private static final int BUFFER_BYTES = 1 << 20;

  private FileDigest() {}

  static String sha256(Path file) throws IOException {
    MessageDigest sha256 = Digest.newSha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha256.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
