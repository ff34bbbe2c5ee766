package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A text file that only its owner may read and that grows by durable lines, each with a check;
 * locked while it is open, so that no two processes are at the same upload. Thread-safe.
 *
 * <p>The system's lock belongs to the process, which loses it by closing any descriptor of the
 * file: so the file is opened once at a time, and read through the channel that holds the lock.
 */
final class JournalFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalFile.class);

  /** How often a file is opened that others remove each time before it is locked. */
  private static final int OPENINGS = 16;

  /** The length of a digest's short text, in characters. */
  private static final int CHECK_LENGTH = 12;

  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;
  // Guarded by this, as is the channel's position.
  private long goodBytes;
  private Optional<ZansocException> failure = Optional.empty();
  private boolean closed;

  private JournalFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Opens the file, which is made where it is missing.
   *
   * @param folder which is there
   * @throws ZansocException CONFLICT where it is open already
   */
  static JournalFile open(Path folder, String name) throws IOException {
    Path path = folder.toRealPath().resolve(name);
    if (!OPEN.add(path)) {
      throw inUse(path);
    }
    try {
      return new JournalFile(path, lockedChannel(path));
    } catch (IOException | RuntimeException e) {
      OPEN.remove(path);
      throw e;
    }
  }

  /**
   * Gives every line, in order, to {@code line}; to be called before anything is written. What
   * begins with a line that is damaged or was cut short is cut off: what is left is what the file
   * was at an earlier time.
   */
  synchronized void read(Consumer<String> line) throws IOException {
    // Not closed, since that would close the channel.
    InputStream in = new BufferedInputStream(Channels.newInputStream(channel.position(0)));
    Optional<byte[]> next = nextLine(in);
    while (next.isPresent() && isWhole(next.get())) {
      byte[] bytes = next.get();
      goodBytes += bytes.length + 1;
      line.accept(new String(bytes, 0, bytes.length - CHECK_LENGTH - 1, StandardCharsets.UTF_8));
      next = nextLine(in);
    }
    if (next.isPresent()) {
      LOG.warn(
          "the journal {} is damaged, or of another version, from byte {} on: what it noted there"
              + " is done again",
          path.getFileName(),
          goodBytes);
    }
    channel.truncate(goodBytes);
  }

  /** Replaces everything by the lines of {@code heading}, durably. */
  synchronized void begin(List<String> heading) throws IOException {
    channel.truncate(0);
    goodBytes = 0;
    append(heading);
    channel.force(true);
  }

  /**
   * Adds lines, durably. Where that fails they are taken away again, and nothing more is written:
   * it might stand behind half a line.
   */
  synchronized void append(List<String> lines) {
    failure.ifPresent(first -> {
      throw new ZansocException(first.code(), String.valueOf(first.getMessage()), first);
    });
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append(' ').append(check(utf8(line))).append('\n'));
    ByteBuffer bytes = ByteBuffer.wrap(utf8(text.toString()));
    long position = goodBytes;
    try {
      while (bytes.hasRemaining()) {
        position += channel.write(bytes, position);
      }
      channel.force(false);
      goodBytes = position;
    } catch (IOException e) {
      ZansocException refused = Failures.ofFile("writing the upload's journal", e);
      failure = Optional.of(refused);
      try {
        channel.truncate(goodBytes);
      } catch (IOException again) {
        refused.addSuppressed(again);
      }
      throw refused;
    }
  }

  /**
   * Removes it and closes it: the upload is complete, or is not to go on. In this order, so that
   * what is removed is not yet another's.
   */
  synchronized void remove() {
    try {
      if (!closed) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw Failures.ofFile("removing the upload's journal", e);
    } finally {
      close();
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw Failures.ofFile("closing the upload's journal", e);
    } finally {
      OPEN.remove(path);
    }
  }

  private static FileChannel lockedChannel(Path path) throws IOException {
    for (int i = 0; i < OPENINGS; i++) {
      Optional<FileChannel> channel = tryLockedChannel(path);
      if (channel.isPresent()) {
        return channel.get();
      }
    }
    throw inUse(path);
  }

  /** Empty where the file was removed before it was locked: the lock is of no file's then. */
  private static Optional<FileChannel> tryLockedChannel(Path path) throws IOException {
    create(path);
    try {
      String before = identity(path);
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      boolean keep = false;
      try {
        if (channel.tryLock() == null) {
          throw inUse(path);
        }
        keep = identity(path).equals(before);
        return keep ? Optional.of(channel) : Optional.empty();
      } finally {
        if (!keep) {
          channel.close();
        }
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static void create(Path path) throws IOException {
    try {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      // An earlier try's.
    }
  }

  /** With its time, since a number is given again once its file is removed. */
  private static String identity(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return attributes.fileKey() + " " + attributes.creationTime();
  }

  private static ZansocException inUse(Path path) {
    return new ZansocException(
        ErrorCode.CONFLICT,
        "the same upload is under way already (its journal %s is in use): wait for its end, or"
                .formatted(path.getFileName())
            + " store under another name");
  }

  /** Without its LF; a last line that has none, or no line at all, is empty. */
  private static Optional<byte[]> nextLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    while (next >= 0 && next != '\n') {
      line.write(next);
      next = in.read();
    }
    return next < 0 ? Optional.empty() : Optional.of(line.toByteArray());
  }

  private static boolean isWhole(byte[] line) {
    int length = line.length - CHECK_LENGTH - 1;
    return length >= 0
        && new String(line, length, CHECK_LENGTH + 1, StandardCharsets.UTF_8)
            .equals(" " + check(ByteBuffer.wrap(line, 0, length)));
  }

  private static String check(byte[] line) {
    return check(ByteBuffer.wrap(line));
  }

  private static String check(ByteBuffer line) {
    return Digest.sha256(line).shortText();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
