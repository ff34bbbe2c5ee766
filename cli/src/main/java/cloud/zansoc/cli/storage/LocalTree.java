package cloud.zansoc.cli.storage;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.storage.client.PartFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The regular files below a directory, by the names that they have as keys; not the downloads that
 * are not complete.
 */
final class LocalTree {
  private LocalTree() {}

  /** Relative names with '/' between folders, and files; links are not followed. */
  static SortedMap<String, Path> files(Path directory) {
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(directory)) {
      tree.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
          .filter(path -> !PartFile.isPart(path))
          .forEach(path -> files.put(name(directory.relativize(path)), path));
    } catch (IOException | UncheckedIOException e) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND, "'" + directory + "' cannot be listed: " + e.getMessage(), e);
    }
    return files;
  }

  private static String name(Path relative) {
    StringJoiner name = new StringJoiner("/");
    relative.forEach(part -> name.add(part.toString()));
    return name.toString();
  }
}
