package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import cloud.zansoc.codec.crypto.AesCtr;
import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.codec.format.Manifest;
import cloud.zansoc.codec.format.SegmentIndex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
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
   * How many bytes at the beginning of {@code file} are the object's, in whole stripes: what is
   * there is encrypted again and compared with the addresses of the blocks.
   */
  long verifiedLength(FileChannel file) throws IOException {
    Manifest.Content content = object.manifest().content();
    long verified = 0;
    try {
      for (StripePiece.Run run : StripePiece.runs(content.extents(), ByteRange.ALL)) {
        if (verified == file.size()) {
          return verified;
        }
        SegmentIndex index = plans.plan(run.segment(), List.of()).index();
        for (StripePiece piece : StripePiece.pieces(index, run)) {
          if (!isRight(file, index, piece, content.key())) {
            return verified;
          }
          verified = piece.objectOffset() + piece.length();
        }
      }
      return verified;
    } catch (InterruptedException e) {
      throw Failures.interrupted("reading " + object.address(), e);
    }
  }

  /** Whether all of a whole stripe is there; of a shorter one nobody asks. */
  private boolean isRight(FileChannel file, SegmentIndex index, StripePiece piece, Key256 key)
      throws IOException {
    if (piece.length() < index.stripeBytes()
        || piece.objectOffset() + piece.length() > file.size()) {
      return false;
    }
    AesCtr encryption = new AesCtr(key.toBytes());
    byte[] block = new byte[Limits.BLOCK_BYTES];
    for (int position = 0; position < index.k(); position++) {
      long offset = piece.objectOffset() + (long) position * block.length;
      FileCiphertext.readFully(file, object.address().toString(), offset, ByteBuffer.wrap(block));
      encryption.process(offset, block, 0, block.length);
      if (!Digest.sha256(block).equals(index.digest(piece.stripe(), position))) {
        return false;
      }
    }
    return true;
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
