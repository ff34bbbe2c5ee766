package cloud.zansoc.compute.image;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/** The files of a tar archive, in any order. Links between them are followed. */
final class ArchiveFile implements AutoCloseable {
  private static final int MOST_LINKS = 8;

  private final Path path;
  private final TarFile tar;
  private final Map<String, TarArchiveEntry> entries = new HashMap<>();

  /**
   * Opens an archive.
   *
   * @throws ZansocException INVALID_ARGUMENT where it is none
   */
  ArchiveFile(Path path) throws IOException {
    this.path = path;
    try {
      this.tar = new TarFile(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "%s is no tar archive, or is cut short: %s".formatted(path, e.getMessage()),
          e);
    }
    tar.getEntries().forEach(entry -> entries.put(normal(Path.of(entry.getName())), entry));
  }

  boolean has(String name) {
    return find(name).isPresent();
  }

  /** The bytes of a file that is short. */
  byte[] bytes(String name) throws IOException {
    TarArchiveEntry entry = require(name);
    if (entry.getSize() > OciManifest.MOST_CONFIG_BYTES) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "%s in %s has %d bytes, which no image needs".formatted(name, path, entry.getSize()));
    }
    try (InputStream in = tar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  InputStream open(String name) throws IOException {
    return tar.getInputStream(require(name));
  }

  private TarArchiveEntry require(String name) {
    return find(name)
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.INVALID_ARGUMENT,
                "%s holds no whole image: there is no %s in it".formatted(path, name)));
  }

  private Optional<TarArchiveEntry> find(String name) {
    String at = normal(Path.of(name));
    for (int links = 0; links < MOST_LINKS; links++) {
      TarArchiveEntry entry = entries.get(at);
      if (entry == null || entry.isFile()) {
        return Optional.ofNullable(entry);
      }
      if (entry.isLink()) {
        at = normal(Path.of(entry.getLinkName()));
      } else if (entry.isSymbolicLink()) {
        at = normal(Path.of(at).resolveSibling(entry.getLinkName()));
      } else {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static String normal(Path name) {
    return name.normalize().toString();
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
