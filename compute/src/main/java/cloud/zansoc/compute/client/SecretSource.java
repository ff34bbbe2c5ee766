package cloud.zansoc.compute.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the values of secrets come from that are not written out.
 *
 * @param environment of this program
 * @param folder that relative paths begin at
 */
public record SecretSource(Map<String, String> environment, Path folder) {
  private static final long MOST_BYTES = 1 << 20;

  public SecretSource {
    environment = Map.copyOf(environment);
  }

  /** The value of a variable of this program's environment. */
  public String variable(String name) {
    String value = environment.get(name);
    if (value == null) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the environment has no variable %s: set it before the command".formatted(name));
    }
    return value;
  }

  /** The text of a file, without the end of its last line. */
  public String file(String path) {
    Path file = folder.resolve(path);
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new ZansocException(
            ErrorCode.TOO_LARGE, "%s has more than a MiB, too much for a secret".formatted(file));
      }
      return Files.readString(file).replaceFirst("\\R\\z", "");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static ZansocException unreadable(Path file, IOException failure) {
    String why =
        failure instanceof NoSuchFileException ? "there is no such file" : failure.getMessage();
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT, "cannot read %s: %s".formatted(file, why), failure);
  }
}
