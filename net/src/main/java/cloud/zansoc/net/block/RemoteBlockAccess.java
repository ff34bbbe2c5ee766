package cloud.zansoc.net.block;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one permit gives, over a connection. The server may forget a permit; it is shown again. */
final class RemoteBlockAccess implements BlockAccess {
  /** How often a permit is shown again for one request before the host counts as broken. */
  private static final int MAX_PRESENTATIONS = 3;

  private final BlockClientConnection connection;
  private final Permit.Signed permit;
  private volatile int handle;

  RemoteBlockAccess(BlockClientConnection connection, Permit.Signed permit) {
    this.connection = connection;
    this.permit = permit;
  }

  /** Shows the permit and keeps the handle that stands for it. */
  void present() {
    byte[] encoded = permit.encode();
    PendingRequest.Answer answer =
        connection.ask(Frames.PERMIT, encoded.length, frame -> frame.writeBytes(encoded), null);
    handle = ByteBuffer.wrap(answer.body()).getInt();
  }

  @Override
  public void put(Digest digest, ByteBuffer block) {
    int bytes = block.remaining();
    if (bytes < 1 || bytes > Limits.BLOCK_BYTES) {
      throw new IllegalArgumentException("a block has 1 to 262144 bytes, not " + bytes);
    }
    ask(
        Frames.PUT,
        Digest.BYTES + bytes,
        frame -> {
          writeDigest(frame, digest);
          frame.writeBytes(block.duplicate());
        },
        null);
  }

  @Override
  public int get(Digest digest, ByteBuffer into) {
    PendingRequest.Answer answer =
        ask(Frames.GET, Digest.BYTES, frame -> writeDigest(frame, digest), into);
    if (answer.length() > into.remaining()) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "%s sent %d bytes for block %s, which has at most %d"
              .formatted(connection.name(), answer.length(), digest.shortText(), into.remaining()));
    }
    into.position(into.position() + answer.length());
    return answer.length();
  }

  @Override
  public BitSet has(List<Digest> digests) {
    if (digests.size() > MAX_HAS) {
      throw new IllegalArgumentException("more than " + MAX_HAS + " digests: " + digests.size());
    }
    if (digests.isEmpty()) {
      return new BitSet();
    }
    PendingRequest.Answer answer =
        ask(
            Frames.HAS,
            digests.size() * Digest.BYTES,
            frame -> digests.forEach(digest -> writeDigest(frame, digest)),
            null);
    BitSet held = BitSet.valueOf(answer.body());
    held.clear(digests.size(), Math.max(digests.size(), held.length()));
    return held;
  }

  @Override
  public Receipt.Signed receipt() {
    return Receipt.Signed.decode(ask(Frames.RECEIPT, 0, frame -> {}, null).body());
  }

  private PendingRequest.Answer ask(
      int type, int bytes, BlockClientConnection.Body body, @Nullable ByteBuffer into) {
    for (int i = 0; i < MAX_PRESENTATIONS; i++) {
      int shown = handle;
      PendingRequest.Answer answer =
          connection.ask(
              type, Integer.BYTES + bytes, frame -> body.write(frame.writeInt(shown)), into);
      if (answer.type() != Frames.STALE_HANDLE) {
        return answer;
      }
      present();
    }
    throw new ZansocException(
        ErrorCode.UNREACHABLE, connection.name() + " forgets permits as soon as it accepts them");
  }

  private static void writeDigest(ByteBuf frame, Digest digest) {
    frame.writeLong(digest.a()).writeLong(digest.b()).writeLong(digest.c()).writeLong(digest.d());
  }
}
