package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The file in which a download grows, beside its target: ".HASH-RANDOM.zansoc-part", where HASH
 * stands for the target's name. Its user has it alone: it is locked, and nobody else has opened it
 * under the name that it has now. To be closed.
 */
final class PartFile implements AutoCloseable {
  private static final String SUFFIX = ".zansoc-part";

  private final Path path;
  private final FileChannel channel;

  private PartFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** An empty one. */
  static PartFile create(Path folder, Path target) throws IOException {
    Path path = Files.createTempFile(folder, prefix(target), SUFFIX);
    FileChannel channel = open(path);
    isLocked(channel);
    return new PartFile(path, channel);
  }

  /** One that an interrupted download has left, or an empty one. */
  static PartFile claim(Path folder, Path target) throws IOException {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(folder, prefix(target) + "*" + SUFFIX)) {
      for (Path candidate : left) {
        Optional<PartFile> claimed = claimed(candidate, folder, target);
        if (claimed.isPresent()) {
          return claimed.get();
        }
      }
    }
    return create(folder, target);
  }

  /**
   * Whoever had opened the file under its old name before it was locked, and locks it later, finds
   * that name gone: so nobody can take a file that another has finished meanwhile.
   */
  private static Optional<PartFile> claimed(Path candidate, Path folder, Path target)
      throws IOException {
    FileChannel channel;
    try {
      channel = open(candidate);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Path own = Files.createTempFile(folder, prefix(target), SUFFIX);
    try {
      if (isLocked(channel)) {
        Files.move(candidate, own, StandardCopyOption.ATOMIC_MOVE);
        return Optional.of(new PartFile(own, channel));
      }
    } catch (NoSuchFileException e) {
      // Another download has claimed it.
    }
    Files.deleteIfExists(own);
    channel.close();
    return Optional.empty();
  }

  /** Open for reading and writing. */
  FileChannel channel() {
    return channel;
  }

  Path path() {
    return path;
  }

  /** Replaces {@code target}, all at once. */
  void become(Path target) throws IOException {
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void remove() throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static String prefix(Path target) {
    String name = String.valueOf(target.getFileName());
    return "." + Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).shortText() + "-";
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }
}
