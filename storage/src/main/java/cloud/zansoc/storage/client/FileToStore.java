package cloud.zansoc.storage.client;

import cloud.zansoc.storage.api.CommitRequest;
import java.io.IOException;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A file and what it is to become.
 *
 * @param size of the file when it was looked at, in bytes
 */
public record FileToStore(Path file, NewObject target, long size) {
  /**
   * Looks at a file: its time, permissions and, by its name, its type.
   *
   * @throws cloud.zansoc.base.ZansocException NOT_FOUND, FORBIDDEN
   */
  public static FileToStore of(Path file, ObjectAddress address) {
    try {
      Optional<String> type =
          Optional.ofNullable(URLConnection.guessContentTypeFromName(file.toString()));
      NewObject target =
          new NewObject(
              address,
              type.orElse(NewObject.BINARY),
              Map.of(),
              Files.getLastModifiedTime(file).toInstant(),
              mode(file),
              CommitRequest.Condition.NONE);
      return new FileToStore(file, target, Files.size(file));
    } catch (IOException e) {
      throw Failures.ofFile("looking at '" + file + "'", e);
    }
  }

  private static OptionalInt mode(Path file) throws IOException {
    if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
      return OptionalInt.empty();
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    int mode = 0;
    for (PosixFilePermission permission : PosixFilePermission.values()) {
      mode = mode << 1 | (permissions.contains(permission) ? 1 : 0);
    }
    return OptionalInt.of(mode);
  }
}
