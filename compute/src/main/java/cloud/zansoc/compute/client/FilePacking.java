package cloud.zansoc.compute.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Packs a file or folder of this machine as a tar archive for an instance: modes and times are
 * kept, everything belongs to root, links stay links. Used by one thread.
 */
public final class FilePacking {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Path source;
  private final LongConsumer moved;
  private final Consumer<String> note;

  /**
   * @param source a link is followed here, and nowhere below
   * @param moved told of the bytes of files as they are packed
   * @param note told of what cannot be packed
   */
  public FilePacking(Path source, LongConsumer moved, Consumer<String> note) throws IOException {
    this.source = source.toRealPath();
    this.moved = moved;
    this.note = note;
  }

  /** The bytes of all files together. */
  public long bytes() throws IOException {
    long[] sum = new long[1];
    walk((file, attributes) -> sum[0] += attributes.isRegularFile() ? attributes.size() : 0);
    return sum[0];
  }

  /**
   * Writes the archive; {@code out} stays open.
   *
   * @param name what the file or folder is called in it
   */
  public void write(String name, OutputStream out) throws IOException {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    walk((file, attributes) -> {
      String below = source.relativize(file).toString();
      add(tar, below.isEmpty() ? name : name + "/" + below, file, attributes);
    });
    tar.finish();
    tar.flush();
  }

  @FunctionalInterface
  private interface Visit {
    void of(Path file, BasicFileAttributes attributes) throws IOException;
  }

  private void walk(Visit visit) throws IOException {
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            visit.of(folder, attributes);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            visit.of(file, attributes);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void add(
      TarArchiveOutputStream tar, String name, Path file, BasicFileAttributes attributes)
      throws IOException {
    if (attributes.isOther()) {
      note.accept(file + " is left out: it is no file, folder or link");
      return;
    }
    TarArchiveEntry entry = entry(name, file, attributes);
    entry.setLastModifiedTime(attributes.lastModifiedTime());
    entry.setIds(0, 0);
    entry.setNames("root", "root");
    if (!attributes.isRegularFile()) {
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
      return;
    }
    entry.setSize(attributes.size());
    try (InputStream in = Files.newInputStream(file)) {
      tar.putArchiveEntry(entry);
      copy(file, in, attributes.size(), tar);
    }
    tar.closeArchiveEntry();
  }

  private static TarArchiveEntry entry(String name, Path file, BasicFileAttributes attributes)
      throws IOException {
    if (attributes.isSymbolicLink()) {
      TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
      link.setLinkName(Files.readSymbolicLink(file).toString());
      return link;
    }
    TarArchiveEntry entry = new TarArchiveEntry(attributes.isDirectory() ? name + "/" : name);
    Set<PosixFilePermission> permissions =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .permissions();
    entry.setMode(FileModes.bits(permissions));
    return entry;
  }

  /** As many bytes as its header says, whatever is written to the file meanwhile. */
  private void copy(Path file, InputStream in, long size, OutputStream to) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = size;
    while (left > 0) {
      int count = in.read(buffer, 0, (int) Math.min(left, BUFFER_BYTES));
      if (count < 0) {
        throw new ZansocException(
            ErrorCode.CONFLICT, file + " became shorter while it was read: copy it again");
      }
      to.write(buffer, 0, count);
      moved.accept(count);
      left -= count;
    }
  }
}
