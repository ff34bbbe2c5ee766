package cloud.zansoc.cli.storage;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.storage.client.ObjectAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;

/** Between keys, paths and what a terminal may show. */
final class Names {
  private Names() {}

  /** The text without characters that would move the cursor or turn the line around. */
  static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .forEach(point -> {
          int type = Character.getType(point);
          boolean hidden =
              type == Character.CONTROL
                  || type == Character.FORMAT
                  || type == Character.LINE_SEPARATOR
                  || type == Character.PARAGRAPH_SEPARATOR;
          if (hidden) {
            printable.append("\\u{").append(Integer.toHexString(point)).append('}');
          } else {
            printable.appendCodePoint(point);
          }
        });
    return printable.toString();
  }

  /** What stands after the last slash. */
  static String last(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }

  /** The key as a folder: with a slash at its end, unless it is empty. */
  static String folder(String key) {
    return key.isEmpty() || key.endsWith("/") ? key : key + "/";
  }

  /** What a copy of these files into the folder {@code target} is known by when it is repeated. */
  static String batch(List<Path> sources, ObjectAddress target) {
    StringJoiner name = new StringJoiner("\n");
    sources.forEach(source -> name.add(source.toAbsolutePath().normalize().toString()));
    return name.add(target.withKey(folder(target.key())).toString()).toString();
  }

  /**
   * The file below {@code folder} that stands for {@code name}.
   *
   * @throws ZansocException INVALID_NAME where the name would leave the folder or can be no path
   */
  static Path below(Path folder, String name) {
    try {
      Path file = folder;
      for (String part : name.split("/", -1)) {
        if (part.isEmpty() || part.equals(".") || part.equals("..")) {
          throw notPath(name, new IllegalArgumentException(part));
        }
        file = file.resolve(part);
      }
      return file;
    } catch (InvalidPathException e) {
      throw notPath(name, e);
    }
  }

  private static ZansocException notPath(String name, RuntimeException cause) {
    return new ZansocException(
        ErrorCode.INVALID_NAME,
        "the key '"
            + printable(name)
            + "' can be no path here; copy it by itself under another name",
        cause);
  }
}
