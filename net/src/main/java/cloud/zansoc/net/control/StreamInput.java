package cloud.zansoc.net.control;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a stream's other side sends, kept in a ring until it is read. The sender is told what may
 * follow only as the reader reads, so that the ring never holds more than a window.
 */
final class StreamInput extends InputStream {
  private static final int FIRST_BYTES = 4 * 1024;

  /** So many bytes are read before the sender is told of it. */
  private static final int CREDIT_BYTES = ControlHttp.STREAM_WINDOW_BYTES / 8;

  private final IntConsumer credit;
  private final ReentrantLock lock = new ReentrantLock(); // Guards all below.
  private final Condition changed = lock.newCondition();
  private byte[] ring = new byte[0];
  private int first;
  private int held;
  private int uncredited;
  private boolean ended;
  private boolean closed;
  private @Nullable String broken;

  /**
   * @param credit told how many bytes the sender may send more
   */
  StreamInput(IntConsumer credit) {
    this.credit = credit;
  }

  /** Takes bytes from the network; does not block. */
  void received(ByteBuf bytes) {
    int count = bytes.readableBytes();
    lock.lock();
    try {
      if (closed) {
        uncredited += count;
      } else if (count > 0) {
        append(bytes, count);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    creditRead();
  }

  /** The sender has ended its output. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The stream broke, unless it had ended; what came before can be read. */
  void fail(String why) {
    lock.lock();
    try {
      if (!ended && broken == null) {
        broken = why;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the sender has ended its output, read or not. */
  boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int count;
    lock.lock();
    try {
      awaitBytes();
      count = Math.min(length, held);
      if (count == 0) {
        return -1;
      }
      take(bytes, offset, count);
    } finally {
      lock.unlock();
    }
    creditRead();
    return count;
  }

  @Override
  public int available() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }

  /** Drops what is there and what still comes. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      uncredited += held;
      held = 0;
      ring = new byte[0];
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    creditRead();
  }

  private void awaitBytes() throws IOException {
    while (held == 0) {
      if (closed) {
        throw new IOException("the stream's input was closed");
      }
      if (broken != null) {
        throw new IOException(broken);
      }
      if (ended) {
        return;
      }
      try {
        changed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  private void append(ByteBuf bytes, int count) {
    if (held + count > ring.length) {
      grow(held + count);
    }
    int end = (first + held) % ring.length;
    int straight = Math.min(count, ring.length - end);
    bytes.readBytes(ring, end, straight);
    bytes.readBytes(ring, 0, count - straight);
    held += count;
  }

  private void grow(int needed) {
    byte[] larger = new byte[Math.max(FIRST_BYTES, Integer.highestOneBit(2 * needed - 1))];
    int count = held;
    take(larger, 0, count);
    uncredited -= count;
    ring = larger;
    first = 0;
    held = count;
  }

  private void take(byte[] bytes, int offset, int count) {
    int straight = Math.min(count, ring.length - first);
    System.arraycopy(ring, first, bytes, offset, straight);
    System.arraycopy(ring, 0, bytes, offset + straight, count - straight);
    first = ring.length == 0 ? 0 : (first + count) % ring.length;
    held -= count;
    uncredited += count;
  }

  private void creditRead() {
    int count;
    lock.lock();
    try {
      if (uncredited < CREDIT_BYTES) {
        return;
      }
      count = uncredited;
      uncredited = 0;
    } finally {
      lock.unlock();
    }
    credit.accept(count);
  }
}
