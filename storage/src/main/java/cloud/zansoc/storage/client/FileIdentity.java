package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * Which file it is and when it was changed last: where two are equal, so are the contents.
 *
 * @param path without symbolic links
 * @param size in bytes
 * @param changedNanos when the system last changed anything of it, which no program sets; 0 where
 *     the system does not tell
 * @param inode the beginning of the digest of what the system tells files apart by
 */
record FileIdentity(String path, long size, long modifiedNanos, long changedNanos, String inode) {
  /** How many fields {@link #text} has. */
  static final int FIELDS = 5;

  /** Looks at a file. */
  static FileIdentity of(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    byte[] fileKey = String.valueOf(attributes.fileKey()).getBytes(StandardCharsets.UTF_8);
    return new FileIdentity(
        file.toRealPath().toString(),
        attributes.size(),
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        changedNanos(file),
        Digest.sha256(fileKey).shortText());
  }

  /** The identity as the fields of a journal's line, from {@code at} on. */
  static FileIdentity parse(String[] fields, int at) {
    return new FileIdentity(
        new String(Base64.getDecoder().decode(fields[at]), StandardCharsets.UTF_8),
        Long.parseLong(fields[at + 1]),
        Long.parseLong(fields[at + 2]),
        Long.parseLong(fields[at + 3]),
        fields[at + 4]);
  }

  /** The fields of a journal's line, divided by spaces. */
  String text() {
    String encoded = Base64.getEncoder().encodeToString(path.getBytes(StandardCharsets.UTF_8));
    return "%s %d %d %d %s".formatted(encoded, size, modifiedNanos, changedNanos, inode);
  }

  private static long changedNanos(Path file) throws IOException {
    boolean told = file.getFileSystem().supportedFileAttributeViews().contains("unix");
    return told && Files.getAttribute(file, "unix:ctime") instanceof FileTime time
        ? time.to(TimeUnit.NANOSECONDS)
        : 0;
  }
}
