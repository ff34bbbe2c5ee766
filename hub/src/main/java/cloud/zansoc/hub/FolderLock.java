package cloud.zansoc.hub;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a second hub out of a data folder; the system frees it when the process ends. */
final class FolderLock implements AutoCloseable {
  private static final String NAME = "hub.lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Makes the folder where it is missing and takes its lock, or throws CONFLICT. */
  static FolderLock take(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new ZansocException(
            ErrorCode.CONFLICT,
            "another hub runs in " + folder + ": stop it, or choose another folder by --data");
      }
      return new FolderLock(channel);
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the data folder " + folder + " cannot be used: " + e.getMessage(),
          e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
