package cloud.zansoc.storage.client;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Manifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Writes a file so that its name never stands for anything but the whole content: under another
 * name beside it first, then fsync, then rename.
 */
final class FileDownload {
  /** Objects of at least this many bytes are worth going on with. */
  private static final long RESUMED_BYTES = 16 << 20;

  private static final int DEFAULT_MODE = 0644;

  private FileDownload() {}

  /**
   * Makes {@code target} of what {@code content} writes, with the manifest's time and permissions.
   *
   * @throws ZansocException IS_A_DIRECTORY, NO_SPACE, NOT_FOUND where its folder is missing
   */
  static void write(Path target, StoredObject object, Consumer<WritableByteChannel> content) {
    Path folder = folder(target);
    try {
      checkSpace(folder, object.size());
      try (PartFile part = PartFile.create(folder, target)) {
        try {
          content.accept(part.channel());
          finish(part, target, object);
        } finally {
          part.remove();
        }
      }
    } catch (IOException e) {
      throw Failures.ofFile("writing '" + target + "'", e);
    }
  }

  /**
   * As above, with the content of {@code object}; a large one goes on behind what an interrupted
   * download has left, as far as that proves right, and one that fails says what it leaves. What
   * else earlier downloads to it have left is removed.
   */
  static void write(Path target, ObjectReader object, TransferProgress progress) {
    writeOneOfMany(target, object, progress);
    removeLeft(List.of(target));
  }

  /** As above; {@link #removeLeft} is to follow, once for all. */
  static void writeOneOfMany(Path target, ObjectReader object, TransferProgress progress) {
    if (object.object().size() < RESUMED_BYTES) {
      write(target, object.object(), channel -> object.copyTo(ByteRange.ALL, channel, progress));
      return;
    }
    Path folder = folder(target);
    try (PartFile part = PartFile.claim(folder, target)) {
      boolean keep = false;
      try {
        goOn(part, folder, object, progress);
        finish(part, target, object.object());
      } catch (ZansocException e) {
        keep = e.code().retryable() && part.claimableBytes() >= RESUMED_BYTES;
        throw keep ? goesOn(e, part) : e;
      } finally {
        if (!keep) {
          part.remove();
        }
      }
    } catch (IOException e) {
      throw Failures.ofFile("writing '" + target + "'", e);
    }
  }

  private static ZansocException goesOn(ZansocException failure, PartFile part) {
    return new ZansocException(
        failure.code(),
        "%s; %s are kept in '%s': the same command goes on from there"
            .formatted(failure.getMessage(), new ByteSize(part.claimableBytes()), part.path()),
        failure);
  }

  /** Removes what earlier downloads to files that are complete have left. */
  static void removeLeft(Collection<Path> targets) {
    targets.stream()
        .collect(Collectors.groupingBy(FileDownload::folder))
        .forEach((folder, complete) -> {
          try {
            PartFile.removeLeft(folder, complete);
          } catch (IOException e) {
            // The files are complete; what stays takes room and nothing else.
          }
        });
  }

  private static void goOn(
      PartFile part, Path folder, ObjectReader object, TransferProgress progress)
      throws IOException {
    FileChannel channel = part.channel();
    long size = object.object().size();
    long verified = object.verifiedLength(channel);
    channel.truncate(verified);
    channel.position(verified);
    checkSpace(folder, size - verified);
    progress.moved(verified);
    object.copyTo(new ByteRange(verified, size - verified), channel, progress);
  }

  private static void finish(PartFile part, Path target, StoredObject object) throws IOException {
    part.channel().force(true);
    part.become(target);
    // Only now: a read-only part would be lost to the next try, and opening it gives its lock up.
    setAttributes(target, object.manifest().attributes());
  }

  private static Path folder(Path target) {
    if (Files.isDirectory(target)) {
      throw new ZansocException(
          ErrorCode.IS_A_DIRECTORY,
          "'%s' is a directory: name the file in it, or end the path with '/'".formatted(target));
    }
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null) {
      throw new ZansocException(ErrorCode.IS_A_DIRECTORY, "'" + target + "' cannot be a file");
    }
    return folder;
  }

  private static void checkSpace(Path folder, long size) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < size) {
      throw new ZansocException(
          ErrorCode.NO_SPACE,
          "'%s' has %s free and %s are needed: free some space, or choose another folder"
              .formatted(folder, new ByteSize(free), new ByteSize(size)));
    }
  }

  private static void setAttributes(Path file, Manifest.Attributes attributes) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(attributes.modified()));
    PosixFileAttributeView posix = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (posix != null) {
      posix.setPermissions(permissions(attributes.unixMode().orElse(DEFAULT_MODE)));
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    int bit = 0400;
    for (PosixFilePermission permission : PosixFilePermission.values()) {
      if ((mode & bit) != 0) {
        permissions.add(permission);
      }
      bit >>= 1;
    }
    return permissions;
  }
}
