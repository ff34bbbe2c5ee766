package cloud.zansoc.compute.engine;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The text files of a {@link MemoryEngine}'s instance; its volumes are folders of this machine. */
final class MemoryFiles {
  private static final Set<String> FOLDERS = Set.of("/", "/srv", "/etc", "/tmp");

  private final Map<String, byte[]> files = new ConcurrentSkipListMap<>();
  private final Map<String, Path> mounts;

  /**
   * @param mounts folders of this machine by the path where they appear
   */
  MemoryFiles(Map<String, Path> mounts) {
    this.mounts = Map.copyOf(mounts);
    files.put("/etc/hostname", "web-1\n".getBytes(StandardCharsets.UTF_8));
  }

  Optional<byte[]> read(String path) {
    Optional<Path> outside = outside(path);
    if (outside.isEmpty()) {
      return Optional.ofNullable(files.get(path));
    }
    try {
      return Files.isRegularFile(outside.get())
          ? Optional.of(Files.readAllBytes(outside.get()))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void unpack(String folder, InputStream tar) {
    if (!isFolder(folder)) {
      throw missing(folder);
    }
    Tar.files(tar)
        .forEach(
            (name, content) -> write((folder.equals("/") ? "" : folder) + "/" + name, content));
  }

  InputStream pack(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    Map<String, String> packed = new TreeMap<>();
    read(path).ifPresent(content -> packed.put(name, text(content)));
    files.forEach((file, content) -> {
      if (file.startsWith(path + "/")) {
        packed.put(name + file.substring(path.length()), text(content));
      }
    });
    if (packed.isEmpty()) {
      throw missing(path);
    }
    try (InputStream tar = Tar.of(packed)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      tar.transferTo(bytes);
      return new ByteArrayInputStream(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isFolder(String path) {
    return FOLDERS.contains(path)
        || outside(path).filter(Files::isDirectory).isPresent()
        || files.keySet().stream().anyMatch(file -> file.startsWith(path + "/"));
  }

  private void write(String path, String content) {
    Optional<Path> outside = outside(path);
    if (outside.isEmpty()) {
      files.put(path, content.getBytes(StandardCharsets.UTF_8));
      return;
    }
    try {
      Files.writeString(outside.get(), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Path> outside(String path) {
    return mounts.entrySet().stream()
        .filter(mount -> path.equals(mount.getKey()) || path.startsWith(mount.getKey() + "/"))
        .map(mount -> mount.getValue().resolve("." + path.substring(mount.getKey().length())))
        .findFirst();
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.UTF_8);
  }

  private static ZansocException missing(String path) {
    return new ZansocException(ErrorCode.NOT_FOUND, "there is no " + path + " in the instance");
  }
}
