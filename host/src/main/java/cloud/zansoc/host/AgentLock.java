package cloud.zansoc.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Held by the one agent of a data folder; the system gives it back when the process dies. Not
 * thread-safe.
 */
final class AgentLock implements AutoCloseable {
  /** Whoever asks for the status holds the lock for an instant: that must not stop an agent. */
  private static final int ATTEMPTS = 5;

  private static final Duration PAUSE = Duration.ofMillis(40);

  private final FileChannel channel;

  private AgentLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws ZansocException CONFLICT where another agent has it
   */
  static AgentLock acquire(HostFolder folder) {
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        FileChannel channel =
            FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) != null) {
          return new AgentLock(channel);
        }
        channel.close();
        Thread.sleep(PAUSE);
      }
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.FORBIDDEN,
          "%s cannot be written (%s): run as the user who joined, or name another folder with --data"
              .formatted(folder.lock(), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new ZansocException(
        ErrorCode.CONFLICT,
        "another agent works in %s: see 'zansoc host status', stop it, or name another folder with --data"
            .formatted(folder.path()));
  }

  /** Whether an agent has the lock now. */
  static boolean isHeld(HostFolder folder) {
    Path file = folder.lock();
    if (!Files.exists(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return tryLock(channel) == null;
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.FORBIDDEN,
          "%s cannot be opened (%s): ask as the user who joined".formatted(file, e.getMessage()),
          e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new ZansocException(ErrorCode.INTERNAL, "the agent's lock cannot be given back", e);
    }
  }
}
