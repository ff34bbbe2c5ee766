package cloud.zansoc.compute.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Bytes from one thread to another, at most {@link #CAPACITY} of them on their way. Closing the
 * output ends the input; closing the input makes writing fail.
 */
public final class BytePipe {
  /** What a writer may be ahead of its reader. */
  static final int CAPACITY = 256 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final byte[] ring = new byte[CAPACITY];
  private int start;
  private int count;
  private boolean outputClosed;
  private boolean inputClosed;

  private final InputStream input = new Input();
  private final OutputStream output = new Output();

  /** Its end for reading; closing it makes writing fail. */
  public InputStream input() {
    return input;
  }

  /** Its end for writing; closing it is the end of what is read. */
  public OutputStream output() {
    return output;
  }

  /** Whoever writes fails from now; what was written is lost. */
  public void closeInput() {
    lock.lock();
    try {
      inputClosed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The input ends after what was written. */
  public void closeOutput() {
    lock.lock();
    try {
      outputClosed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitWhile(BooleanSupplier condition) throws IOException {
    try {
      while (condition.getAsBoolean()) {
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      if (length == 0) {
        return 0;
      }
      lock.lock();
      try {
        awaitWhile(() -> count == 0 && !outputClosed && !inputClosed);
        if (inputClosed || count == 0) {
          return -1;
        }
        int taken = Math.min(length, count);
        int first = Math.min(taken, CAPACITY - start);
        System.arraycopy(ring, start, into, offset, first);
        System.arraycopy(ring, 0, into, offset + first, taken - first);
        start = (start + taken) % CAPACITY;
        count -= taken;
        changed.signalAll();
        return taken;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public int available() {
      lock.lock();
      try {
        return count;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      closeInput();
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, from.length);
      int written = 0;
      lock.lock();
      try {
        while (written < length) {
          awaitWhile(() -> count == CAPACITY && !inputClosed && !outputClosed);
          if (inputClosed || outputClosed) {
            throw new IOException("closed: nobody reads any more");
          }
          int end = (start + count) % CAPACITY;
          int room = end < start ? start - end : CAPACITY - end;
          int put = Math.min(Math.min(room, CAPACITY - count), length - written);
          System.arraycopy(from, offset + written, ring, end, put);
          count += put;
          written += put;
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      closeOutput();
    }
  }
}
