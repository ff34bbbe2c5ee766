package cloud.zansoc.storage.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;

/** The index behind a lock that guards it, and nothing else; never held over I/O. */
final class SharedIndex implements AutoCloseable {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final BlockIndex index;
  private boolean closed;

  SharedIndex(BlockIndex index) {
    this.index = index;
  }

  /** What {@code query} finds; it must change nothing. */
  <T> T read(Function<BlockIndex, T> query) {
    lock.readLock().lock();
    try {
      requireOpen();
      return query.apply(index);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Lets {@code change} change the index. */
  void write(Consumer<BlockIndex> change) {
    lock.writeLock().lock();
    try {
      requireOpen();
      change.accept(index);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new ZansocException(ErrorCode.HOST_PAUSED, "this host's block store is closed");
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        index.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
