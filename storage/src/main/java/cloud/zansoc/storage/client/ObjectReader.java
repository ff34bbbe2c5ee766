package cloud.zansoc.storage.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/** One version of an object, opened for reading. Thread-safe; each read is on its own. */
public final class ObjectReader {
  private final TransferContext context;
  private final SegmentPlans plans;
  private final StoredObject object;

  ObjectReader(TransferContext context, SegmentPlans plans, StoredObject object) {
    this.context = context;
    this.plans = plans;
    this.object = object;
  }

  /** What is read. */
  public StoredObject object() {
    return object;
  }

  /**
   * Writes the bytes of {@code range} to {@code out}, in order, each of them verified.
   *
   * @throws cloud.zansoc.base.ZansocException DATA_UNAVAILABLE which names what is missing;
   *     NO_SPACE
   */
  public void copyTo(ByteRange range, WritableByteChannel out, TransferProgress progress) {
    try (StripeSequence stripes =
        new StripeSequence(context, plans, object, range.within(object.size()))) {
      for (Optional<ByteBuffer> next = stripes.next(); next.isPresent(); next = stripes.next()) {
        ByteBuffer bytes = next.get();
        int length = bytes.remaining();
        while (bytes.hasRemaining()) {
          int written = out.write(bytes);
          assert written >= 0;
        }
        progress.moved(length);
      }
    } catch (IOException e) {
      throw Failures.ofFile("writing " + object.address(), e);
    } catch (InterruptedException e) {
      throw Failures.interrupted("reading " + object.address(), e);
    }
  }

  /**
   * The bytes of {@code range} as a stream, to be closed. A reader that pauses holds the memory of
   * the stripes that were fetched ahead of it.
   */
  public InputStream stream(ByteRange range) {
    StripeSequence stripes =
        new StripeSequence(context, plans, object, range.within(object.size()));
    return new InputStream() {
      private ByteBuffer current = ByteBuffer.allocate(0);

      @Override
      public int read() {
        return advance() ? current.get() & 0xff : -1;
      }

      @Override
      public int read(byte[] into, int at, int length) {
        if (length == 0) {
          return 0;
        }
        if (!advance()) {
          return -1;
        }
        int count = Math.min(length, current.remaining());
        current.get(into, at, count);
        return count;
      }

      private boolean advance() {
        if (current.hasRemaining()) {
          return true;
        }
        try {
          current = stripes.next().orElse(ByteBuffer.allocate(0));
        } catch (InterruptedException e) {
          throw Failures.interrupted("reading " + object.address(), e);
        }
        return current.hasRemaining();
      }

      @Override
      public void close() {
        stripes.close();
      }
    };
  }
}
