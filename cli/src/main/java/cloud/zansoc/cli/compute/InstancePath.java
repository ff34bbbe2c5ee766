package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.nio.file.Path;

/** One side of a copy. */
sealed interface InstancePath {
  /** Standard input or output, which carry a tar archive. */
  record Standard() implements InstancePath {}

  /** On this machine. */
  record Local(Path path, boolean folder) implements InstancePath {}

  /**
   * In an instance.
   *
   * @param path absolute, without a slash at its end; empty: the whole file system
   * @param folder whether it can only be a folder: it was written with a slash at its end
   */
  record Remote(String instance, String path, boolean folder) implements InstancePath {
    /** What the file or folder itself is called. */
    String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The path of what it lies in. */
    String parent() {
      return path.substring(0, path.lastIndexOf('/'));
    }

    @Override
    public String toString() {
      return instance + ":" + (path.isEmpty() ? "/" : path);
    }
  }

  /** INSTANCE:/PATH is in an instance, '-' standard; all else, and ./a:b, is on this machine. */
  static InstancePath parse(String text) {
    if (text.equals("-")) {
      return new Standard();
    }
    int colon = text.indexOf(':');
    if (colon <= 0 || text.substring(0, colon).contains("/")) {
      return new Local(Path.of(text), text.endsWith("/"));
    }
    String path = text.substring(colon + 1);
    if (!path.startsWith("/")) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "'%s': a path in an instance is absolute, as web-1:/data is; a file of this machine with a colon is ./%s"
              .formatted(text, text));
    }
    String cut = path.replaceAll("/+(\\./*)*$", "");
    return new Remote(text.substring(0, colon), cut, !cut.equals(path));
  }
}
