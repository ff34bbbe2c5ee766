package cloud.zansoc.storage.client;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.AesCtr;
import cloud.zansoc.codec.format.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/** Reads small objects out of the segments that they share, each stripe once. Thread-safe. */
final class PackedReader {
  private final SegmentPlans plans;
  private final StripeCache cache;

  PackedReader(TransferContext context, SegmentPlans plans) {
    this.plans = plans;
    this.cache = new StripeCache(context, plans);
  }

  /** Whether the object is one that this reader is for. */
  static boolean isPacked(StoredObject object) {
    return object.size() > 0 && object.size() <= Pack.MAX_FILE_BYTES;
  }

  /** Writes the whole object to {@code out}. */
  void copyTo(StoredObject object, WritableByteChannel out, TransferProgress progress) {
    Manifest.Content content = object.manifest().content();
    AesCtr decryption = new AesCtr(content.key().toBytes());
    try {
      List<StripePiece.Run> runs =
          StripePiece.runs(content.extents(), new ByteRange(0, object.size()));
      for (StripePiece.Run run : runs) {
        PlannedSegment planned = plans.plan(run.segment(), List.of());
        for (StripePiece piece : StripePiece.pieces(planned.index(), run)) {
          byte[] stripe = cache.get(planned, piece.stripe());
          byte[] plaintext = new byte[piece.length()];
          decryption.process(
              piece.objectOffset(), stripe, piece.from(), piece.length(), plaintext, 0);
          write(out, plaintext);
          progress.moved(piece.length());
        }
      }
    } catch (ZansocException e) {
      throw StripeSequence.named(object, e);
    } catch (IOException e) {
      throw Failures.ofFile("writing " + object.address(), e);
    } catch (InterruptedException e) {
      throw Failures.interrupted("reading " + object.address(), e);
    }
  }

  private static void write(WritableByteChannel out, byte[] plaintext) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(plaintext);
    while (bytes.hasRemaining()) {
      int written = out.write(bytes);
      assert written >= 0;
    }
  }
}
