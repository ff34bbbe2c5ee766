package cloud.zansoc.cli;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The folder in which a user's identity, root key and hub are kept. Everything in it is readable by
 * its owner only.
 */
public record Profile(Path folder) {
  private static final String HUB_FILE = "hub.properties";

  /** $ZANSOC_HOME, else ~/.zansoc. */
  public static Path defaultFolder() {
    String home = System.getenv("ZANSOC_HOME");
    return home == null || home.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".zansoc")
        : Path.of(home);
  }

  /**
   * The hub that the user logged in to.
   *
   * @param id which must answer
   * @param address of its API
   * @param peerAddress of its relay
   */
  public record Hub(PeerId id, HostAddress address, HostAddress peerAddress) {}

  /** The user's identity: an Ed25519 key. */
  public Path identityFile() {
    return folder.resolve("identity");
  }

  /** The user's root key, as its recovery phrase. */
  public Path rootKeyFile() {
    return folder.resolve("root-key");
  }

  /** Journals of uploads under way. */
  public Path uploads() {
    return folder.resolve("uploads");
  }

  /**
   * The hub of this profile.
   *
   * @throws ZansocException UNAUTHENTICATED where nobody has logged in
   */
  public Hub hub() {
    Map<String, String> lines = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(folder.resolve(HUB_FILE))) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          lines.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
      return new Hub(
          PeerId.parse(lines.getOrDefault("id", "")),
          HostAddress.parse(lines.getOrDefault("address", "")),
          HostAddress.parse(lines.getOrDefault("peer-address", "")));
    } catch (NoSuchFileException e) {
      throw new ZansocException(
          ErrorCode.UNAUTHENTICATED,
          "not logged in: run 'zansoc login HUB --token TOKEN', or './zansoc up' for a local cloud",
          e);
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          folder.resolve(HUB_FILE) + " is damaged: log in again with 'zansoc login'",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether somebody has logged in. */
  public boolean isLoggedIn() {
    return Files.exists(folder.resolve(HUB_FILE));
  }

  /** Remembers the hub. */
  public void writeHub(Hub hub) {
    write(
        folder.resolve(HUB_FILE),
        "id=%s\naddress=%s\npeer-address=%s\n"
            .formatted(hub.id(), hub.address(), hub.peerAddress()));
  }

  /** Forgets the hub; identity and root key stay. */
  public void forgetHub() {
    try {
      Files.deleteIfExists(folder.resolve(HUB_FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file that only its owner may read, whole or not at all, and durably. */
  public void write(Path file, String text) {
    try {
      makeFolder();
      Path fresh = Files.createTempFile(folder, ".new", "");
      Files.writeString(fresh, text, StandardCharsets.UTF_8);
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Makes the folder, mode 0700. */
  public void makeFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }
}
