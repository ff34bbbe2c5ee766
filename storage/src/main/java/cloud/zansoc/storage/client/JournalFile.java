package cloud.zansoc.storage.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A text file that only its owner may read and that grows by durable lines; locked while it is
 * open, so that no two processes are at the same upload. Appending is thread-safe.
 */
final class JournalFile implements AutoCloseable {
  private static final int CHUNK_BYTES = 8192;

  private final Path path;
  private final FileChannel channel;

  private JournalFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Opens the file, which is made where it is missing; a last line that a crash cut short is cut
   * off.
   *
   * @throws ZansocException CONFLICT where it is open already
   */
  static JournalFile open(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      lock(channel, path);
      channel.truncate(completeLength(channel));
      channel.position(channel.size());
      return new JournalFile(path, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Gives every line, in order, to {@code line}. */
  void read(Consumer<String> line) throws IOException {
    try (Stream<String> lines = Files.lines(path, StandardCharsets.UTF_8)) {
      lines.forEachOrdered(line);
    }
  }

  /** Replaces everything by {@code heading}, whole lines, durably. */
  void begin(String heading) throws IOException {
    channel.truncate(0);
    append(heading);
    channel.force(true);
  }

  /** Adds whole lines, durably. */
  synchronized void append(String lines) {
    ByteBuffer bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
    try {
      while (bytes.hasRemaining()) {
        int written = channel.write(bytes);
        assert written >= 0;
      }
      channel.force(false);
    } catch (IOException e) {
      throw Failures.ofFile("writing the upload's journal", e);
    }
  }

  /** Closes and removes it: the upload is complete, or is not to go on. */
  void remove() {
    close();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw Failures.ofFile("removing the upload's journal", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw Failures.ofFile("closing the upload's journal", e);
    }
  }

  private static void lock(FileChannel channel, Path path) throws IOException {
    @Nullable FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "the same upload is under way already (its journal %s is in use): wait for its end, or"
                  .formatted(path.getFileName())
              + " store under another name");
    }
  }

  /** Up to the last line's end, and with it. */
  private static long completeLength(FileChannel channel) throws IOException {
    long end = channel.size();
    while (end > 0) {
      long from = Math.max(0, end - CHUNK_BYTES);
      ByteBuffer chunk = ByteBuffer.allocate((int) (end - from));
      FileCiphertext.readFully(channel, "the upload's journal", from, chunk);
      for (int at = chunk.capacity() - 1; at >= 0; at--) {
        if (chunk.get(at) == '\n') {
          return from + at + 1;
        }
      }
      end = from;
    }
    return 0;
  }
}
