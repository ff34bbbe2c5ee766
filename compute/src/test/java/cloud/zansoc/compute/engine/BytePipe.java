package cloud.zansoc.compute.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Bytes from one thread to another, which waits for them; the writer waits when it is full. */
public final class BytePipe {
  private static final int CAPACITY = 64 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All guarded by the lock.
  private final byte[] ring = new byte[CAPACITY];
  private int first;
  private int count;
  private boolean ended;
  private boolean abandoned;

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

  private void awaitWhile(BooleanSupplier so) throws IOException {
    try {
      while (so.getAsBoolean()) {
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
      if (length == 0) {
        return 0;
      }
      lock.lock();
      try {
        awaitWhile(() -> count == 0 && !ended && !abandoned);
        if (count == 0 || abandoned) {
          return -1;
        }
        int taken = Math.min(Math.min(length, count), CAPACITY - first);
        System.arraycopy(ring, first, into, offset, taken);
        first = (first + taken) % CAPACITY;
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
      lock.lock();
      try {
        abandoned = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      lock.lock();
      try {
        int done = 0;
        while (done < length) {
          awaitWhile(() -> count == CAPACITY && !abandoned && !ended);
          if (abandoned || ended) {
            throw new IOException("nobody reads what is written");
          }
          int end = (first + count) % CAPACITY;
          int part = Math.min(Math.min(length - done, CAPACITY - count), CAPACITY - end);
          System.arraycopy(from, offset + done, ring, end, part);
          count += part;
          done += part;
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        ended = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
