package cloud.zansoc.compute.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks a tar archive that an instance's host has sent, and trusts nothing in it. Whatever it
 * says, all that is written lies below the target: names that lead out are refused, no link is ever
 * followed, neither one from the archive (links are made when all else is there) nor one that was
 * there before, and what is no file, folder or link is left out. Used by one thread, once.
 */
public final class FileUnpacking {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Path target;
  private final LongConsumer moved;
  private final Consumer<String> note;
  private final List<Link> links = new ArrayList<>();

  /** The innermost first: what is written to one would change its time. */
  private final Deque<Folder> folders = new ArrayDeque<>();

  private record Link(Path path, Path to) {}

  private record Folder(Path path, int mode, FileTime time) {}

  /**
   * @param target what the archive's one file or folder becomes; its parent is there
   * @param moved told of the bytes of files as they are written
   * @param note told of what is left out
   */
  public FileUnpacking(Path target, LongConsumer moved, Consumer<String> note) {
    this.target = target;
    this.moved = moved;
    this.note = note;
  }

  /**
   * Unpacks to the archive's end.
   *
   * @param strip how many components of each name the target stands for: 1; 0 for the archive of an
   *     instance's whole file system
   */
  public void unpack(InputStream archive, int strip) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(archive, "UTF-8");
    TarArchiveEntry entry = tar.getNextEntry();
    if (entry == null) {
      throw new ZansocException(ErrorCode.DAMAGED, "the host sent nothing: copy it again");
    }
    for (; entry != null; entry = tar.getNextEntry()) {
      unpack(entry, tar, strip);
    }
    for (Link link : links) {
      clear(link.path());
      Files.createSymbolicLink(link.path(), link.to());
    }
    for (Folder folder : folders) {
      Files.setPosixFilePermissions(folder.path(), FileModes.permissions(folder.mode()));
      Files.setLastModifiedTime(folder.path(), folder.time());
    }
  }

  private void unpack(TarArchiveEntry entry, InputStream content, int strip) throws IOException {
    Path path = place(entry.getName(), strip);
    if (entry.isDirectory()) {
      makeFolder(path);
      folders.addFirst(new Folder(path, entry.getMode(), entry.getLastModifiedTime()));
    } else if (entry.isSymbolicLink()) {
      links.add(new Link(path, linkTarget(entry)));
    } else if (entry.isLink()) {
      link(path, place(entry.getLinkName(), strip));
    } else if (entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice()) {
      note.accept(path + " is left out: it is no file, folder or link");
    } else {
      write(path, entry, content);
    }
  }

  /** Where an entry goes; every folder above it is there then, and is no link. */
  private Path place(String name, int strip) throws IOException {
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..") || part.indexOf('\0') >= 0) {
        throw leadsOut(name);
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    if (parts.size() < strip) {
      throw leadsOut(name);
    }
    Path path = target;
    for (String part : parts.subList(strip, parts.size())) {
      makeFolder(path);
      path = child(path, part, name);
    }
    return path;
  }

  private static Path child(Path folder, String part, String name) {
    try {
      return folder.resolve(part);
    } catch (InvalidPathException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "this machine cannot have a file named '" + name + "'", e);
    }
  }

  private static Path linkTarget(TarArchiveEntry entry) {
    return child(Path.of(""), entry.getLinkName(), entry.getLinkName());
  }

  private static void makeFolder(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw inTheWay(path, Files.isSymbolicLink(path) ? "a link" : "no folder");
    }
    Files.createDirectory(path);
  }

  private static void link(Path path, Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw leadsOut(file.toString());
    }
    clear(path);
    Files.createLink(path, file);
  }

  private void write(Path path, TarArchiveEntry entry, InputStream content) throws IOException {
    clear(path);
    // A new one: what is there is never followed.
    try (OutputStream out =
        Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
        out.write(buffer, 0, count);
        moved.accept(count);
      }
    }
    Files.setPosixFilePermissions(path, FileModes.permissions(entry.getMode()));
    Files.setLastModifiedTime(path, entry.getLastModifiedTime());
  }

  /** Takes away a file or link that is to be replaced. */
  private static void clear(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw inTheWay(path, "a folder");
    }
    Files.deleteIfExists(path);
  }

  private static ZansocException inTheWay(Path path, String what) {
    return new ZansocException(
        ErrorCode.CONFLICT, "%s is in the way: it is %s".formatted(path, what));
  }

  private static ZansocException leadsOut(String name) {
    return new ZansocException(
        ErrorCode.DAMAGED,
        "the host sent a file named '%s', which leads out of what was asked for: nothing more was unpacked"
            .formatted(name));
  }
}
