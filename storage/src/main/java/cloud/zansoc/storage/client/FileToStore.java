package cloud.zansoc.storage.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.storage.api.CommitRequest;
import java.io.IOException;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
   * @throws ZansocException NOT_FOUND, FORBIDDEN; INVALID_ARGUMENT for a pipe or device, whose size
   *     nobody knows before its end
   */
  public static FileToStore of(Path file, ObjectAddress address) {
    try {
      if (Files.readAttributes(file, BasicFileAttributes.class).isOther()) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "'" + file + "' is not a regular file: read it from standard input, given as '-'");
      }
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
