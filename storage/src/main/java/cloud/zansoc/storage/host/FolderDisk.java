package cloud.zansoc.storage.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder of the real file system, held by one process at a time through a lock file. */
final class FolderDisk implements Disk {
  private static final Logger LOG = LoggerFactory.getLogger(FolderDisk.class);
  private static final String LOCK = "lock";
  private static final String PROBE = "probe";

  private final Path folder;
  private final FileStore fileStore;
  private final FileChannel lockFile;

  /** Present once it is known; the alignment is 1 where there is no direct access. */
  private Optional<Direct> direct = Optional.empty(); // guarded by this

  /**
   * Opens {@code folder}, which is made if it is not there.
   *
   * @throws ZansocException CONFLICT if another store has the folder open
   */
  FolderDisk(Path folder) throws IOException {
    boolean isNew = Files.notExists(folder);
    this.folder = Files.createDirectories(folder);
    Path parent = folder.toAbsolutePath().getParent();
    if (isNew && parent != null) {
      syncFolder(parent);
    }
    this.fileStore = Files.getFileStore(folder);
    this.lockFile =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock() == null) {
      lockFile.close();
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "the folder %s is in use by another process: stop that agent, or give this one a folder of its own"
              .formatted(folder));
    }
  }

  private @Nullable FileLock tryLock() throws IOException {
    try {
      return lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.equals(LOCK))
          .sorted()
          .toList();
    }
  }

  @Override
  public File create(String name) throws IOException {
    return new ChannelFile(
        channel(
            name,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE),
        1);
  }

  @Override
  public File open(String name) throws IOException {
    return new ChannelFile(channel(name, StandardOpenOption.READ, StandardOpenOption.WRITE), 1);
  }

  @Override
  public File openDirect(String name) throws IOException {
    Direct how = direct();
    FileChannel channel =
        how.option().isEmpty()
            ? channel(name, StandardOpenOption.READ, StandardOpenOption.WRITE)
            : channel(
                name,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                how.option().orElseThrow());
    return new ChannelFile(channel, how.alignment());
  }

  /** How this folder is reached past the cache; without an option it is not. */
  private record Direct(Optional<OpenOption> option, int alignment) {
    static final Direct NONE = new Direct(Optional.empty(), 1);
  }

  /** Tried out once, when it is first wanted. */
  private synchronized Direct direct() throws IOException {
    if (direct.isEmpty()) {
      direct = Optional.of(probeDirect());
    }
    return direct.get();
  }

  /** What a file system says of itself is not always what it does. */
  private Direct probeDirect() throws IOException {
    long alignment = fileStore.getBlockSize();
    if (alignment < 1 || alignment > MAX_ALIGNMENT || Long.bitCount(alignment) != 1) {
      return Direct.NONE;
    }
    ByteBuffer zeros = ByteBuffer.allocateDirect(2 * MAX_ALIGNMENT).alignedSlice(MAX_ALIGNMENT);
    try {
      OpenOption option = DirectAccess.option();
      try (FileChannel probe =
          FileChannel.open(
              folder.resolve(PROBE),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE,
              option)) {
        probe.write(zeros.limit(MAX_ALIGNMENT), 0);
      }
      return new Direct(Optional.of(option), (int) alignment);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.info("{} is used through the system's cache: {}", folder, e.getMessage());
      return Direct.NONE;
    }
  }

  private FileChannel channel(String name, OpenOption... options) throws IOException {
    try {
      return FileChannel.open(folder.resolve(name), options);
    } catch (IOException e) {
      throw translate(e);
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
  }

  @Override
  public void sync() throws IOException {
    syncFolder(folder);
  }

  /** A folder's entries become durable by syncing a channel on it; not every system has that. */
  private static void syncFolder(Path folder) throws IOException {
    if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")) {
      return; // NTFS journals names by itself and does not open folders as files
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return fileStore.getUsableSpace();
  }

  /** Gives the folder back; the lock goes with its channel. */
  @Override
  public void close() throws IOException {
    lockFile.close();
  }

  /** Java has no exception of its own for a full disk: its text is what there is. */
  private static IOException translate(IOException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean full =
        text.contains("no space left")
            || text.contains("quota exceeded")
            || text.contains("not enough space");
    return full ? new DiskFullException(e) : e;
  }

  private record ChannelFile(FileChannel channel, int alignment) implements File {
    @Override
    public void read(ByteBuffer into, long position) throws IOException {
      long at = position;
      while (into.hasRemaining()) {
        int count = channel.read(into, at);
        if (count < 0 || count % alignment != 0) {
          return; // the file ends here
        }
        at += count;
      }
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      long at = position;
      try {
        while (from.hasRemaining()) {
          at += channel.write(from, at);
        }
      } catch (IOException e) {
        throw translate(e);
      }
    }

    @Override
    public void sync() throws IOException {
      channel.force(false);
    }

    @Override
    public void truncate(long bytes) throws IOException {
      channel.truncate(bytes);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
