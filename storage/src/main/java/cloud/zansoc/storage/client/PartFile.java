package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The file in which a download grows, beside its target: ".HASH-RANDOM.zansoc-part", where HASH
 * stands for the target's name. Its user has it alone: it is locked, and nobody else has opened it
 * under the name that it has now. A name is given once and never again. To be closed.
 */
public final class PartFile implements AutoCloseable {
  private static final String SUFFIX = ".zansoc-part";
  private static final int RANDOM_BYTES = 16;
  private static final int MOST_NAMES = 100;
  private static final int MODE_OF_OTHERS = 077;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int USER = (int) new UnixSystem().getUid();

  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final Set<OpenOption> THERE =
      Set.of(LinkOption.NOFOLLOW_LINKS, StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /**
   * The names of the parts that this process has open. It must not open one twice: a process that
   * closes any descriptor of a file loses its locks on it.
   */
  private static final Set<String> IN_USE = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private PartFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Whether a file of this name is a download that is not complete. */
  public static boolean isPart(Path file) {
    String name = name(file);
    return name.startsWith(".") && name.endsWith(SUFFIX);
  }

  /** An empty one. */
  static PartFile create(Path folder, Path target) throws IOException {
    for (int i = 0; i < MOST_NAMES; i++) {
      Optional<PartFile> part = locked(fresh(folder, prefix(target)), NEW);
      if (part.isPresent()) {
        return part.get();
      }
    }
    throw new IOException("others take every new file in '" + folder + "' away");
  }

  /** One that an interrupted download has left, or an empty one. */
  static PartFile claim(Path folder, Path target) throws IOException {
    String prefix = prefix(target);
    for (Path left : left(folder, prefix)) {
      Optional<PartFile> claimed = claimed(left, fresh(folder, prefix));
      if (claimed.isPresent()) {
        return claimed.get();
      }
    }
    return create(folder, target);
  }

  /** Removes what interrupted downloads to {@code targets} have left and nobody is at. */
  static void removeLeft(Path folder, Collection<Path> targets) throws IOException {
    Set<String> prefixes = targets.stream().map(PartFile::prefix).collect(Collectors.toSet());
    for (Path left : left(folder, ".")) {
      String prefix = name(left).substring(0, name(left).indexOf('-') + 1);
      if (prefixes.contains(prefix)) {
        Optional<PartFile> claimed = claimed(left, fresh(folder, prefix));
        if (claimed.isPresent()) {
          try (PartFile part = claimed.get()) {
            part.remove();
          }
        }
      }
    }
  }

  /** What may be a part of this prefix; nothing where the folder must not be listed. */
  private static List<Path> left(Path folder, String prefix) throws IOException {
    List<Path> left = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, prefix + "*" + SUFFIX)) {
      files.forEach(left::add);
    } catch (AccessDeniedException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return left;
  }

  /**
   * What lies at {@code left}, now at {@code path}. Whoever had opened it under its old name before
   * it was locked, and locks it later, finds that name gone: so nobody can take a file that another
   * has finished meanwhile.
   */
  private static Optional<PartFile> claimed(Path left, Path path) throws IOException {
    try {
      Optional<Own> own = Own.at(left);
      Optional<PartFile> old = own.isPresent() ? locked(left, THERE) : Optional.empty();
      return old.isPresent() ? old.get().moved(path, own) : Optional.empty();
    } catch (FileSystemException e) {
      return Optional.empty(); // it is gone, or may not be opened: as if it were not there
    }
  }

  /** This one under another name, where the file there is then {@code own}; else it is closed. */
  private Optional<PartFile> moved(Path to, Optional<Own> own) throws IOException {
    IN_USE.add(name(to));
    boolean moved = false;
    try {
      Files.move(path, to, StandardCopyOption.ATOMIC_MOVE);
      moved = Own.at(to).map(Own::inode).equals(own.map(Own::inode));
      return moved ? Optional.of(new PartFile(to, channel)) : Optional.empty();
    } finally {
      if (moved) {
        IN_USE.remove(name(path));
      } else {
        close();
        IN_USE.remove(name(to));
      }
    }
  }

  /** Opens the file; nothing where another is at it, or has had it. */
  private static Optional<PartFile> locked(Path path, Set<OpenOption> options) throws IOException {
    if (!IN_USE.add(name(path))) {
      return Optional.empty();
    }
    PartFile part;
    try {
      part = new PartFile(path, FileChannel.open(path, options, OWNER_ONLY));
    } catch (IOException | RuntimeException e) {
      IN_USE.remove(name(path));
      throw e;
    }
    boolean locked = false;
    try {
      locked = part.isLocked() && Files.exists(path, LinkOption.NOFOLLOW_LINKS);
      return locked ? Optional.of(part) : Optional.empty();
    } finally {
      if (!locked) {
        part.close();
      }
    }
  }

  /** Open for reading and writing. */
  FileChannel channel() {
    return channel;
  }

  Path path() {
    return path;
  }

  /** How many bytes the next download could begin with; 0 also where it could not claim them. */
  long claimableBytes() {
    try {
      return Own.at(path).map(Own::size).orElse(0L);
    } catch (IOException e) {
      return 0;
    }
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
    try {
      channel.close();
    } finally {
      IN_USE.remove(name(path));
    }
  }

  private boolean isLocked() throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static Path fresh(Path folder, String prefix) {
    byte[] random = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(random);
    return folder.resolve(prefix + HexFormat.of().formatHex(random) + SUFFIX);
  }

  private static String prefix(Path target) {
    return "." + Digest.sha256(name(target).getBytes(StandardCharsets.UTF_8)).shortText() + "-";
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** A regular file that is this user's under one name, and that nobody else may open. */
  private record Own(long inode, long size) {
    /** Nothing where it is something else: anyone can compute the prefix and plant a file. */
    static Optional<Own> at(Path path) throws IOException {
      Map<String, Object> found =
          Files.readAttributes(
              path, "unix:isRegularFile,uid,nlink,mode,ino,size", LinkOption.NOFOLLOW_LINKS);
      boolean own =
          Objects.equals(found.get("isRegularFile"), true)
              && Objects.equals(found.get("uid"), USER)
              && Objects.equals(found.get("nlink"), 1)
              && found.get("mode") instanceof Integer mode
              && (mode & MODE_OF_OTHERS) == 0;
      return own && found.get("ino") instanceof Long inode && found.get("size") instanceof Long size
          ? Optional.of(new Own(inode, size))
          : Optional.empty();
    }
  }
}
