package cloud.zansoc.compute.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes an image of one layer as {@code docker save} does, which Docker and Podman load: the
 * layer, its configuration named by its SHA-256, and manifest.json, which names both.
 */
final class ImageArchive {
  private ImageArchive() {}

  /**
   * Writes it.
   *
   * @param files an uncompressed tar archive of the root file system
   */
  static void write(Path archive, Path files, String name, Instant created) throws IOException {
    String layer = sha256(files);
    byte[] configuration = configuration(layer, created).getBytes(StandardCharsets.UTF_8);
    String id = HexFormat.of().formatHex(digest().digest(configuration));
    String manifest =
        "[{\"Config\":\"%s.json\",\"RepoTags\":[\"%s\"],\"Layers\":[\"%s/layer.tar\"]}]"
            .formatted(id, name, layer);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      add(tar, id + ".json", configuration);
      TarArchiveEntry entry = new TarArchiveEntry(layer + "/layer.tar");
      entry.setSize(Files.size(files));
      tar.putArchiveEntry(entry);
      Files.copy(files, tar);
      tar.closeArchiveEntry();
      add(tar, "manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** It runs until it is stopped, so that people and programs can go in. */
  private static String configuration(String layer, Instant created) {
    return """
    {"created":"%s","architecture":"%s","os":"linux",\
    "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","LANG=C.UTF-8"],\
    "Cmd":["sleep","infinity"],"WorkingDir":"/root"},\
    "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},\
    "history":[{"created":"%s","created_by":"zansoc image build-base"}]}\
    """
        .formatted(created, architecture(), layer, created);
  }

  static String architecture() {
    return switch (System.getProperty("os.arch", "")) {
      case "x86_64", "amd64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> System.getProperty("os.arch", "");
    };
  }

  private static void add(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
