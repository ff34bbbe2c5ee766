package cloud.zansoc.net.block;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts the stream of bytes into frames without gathering them: each body goes piece by piece into
 * the sink that its header called for. Where the header's reader is not ready, what has arrived
 * waits here, and it must stop the channel from reading more.
 */
// A write or close that fails ends the channel, and that is seen to where channels end.
@SuppressWarnings("FutureReturnValueIgnored")
final class FrameReader extends ChannelInboundHandlerAdapter {
  /** Takes the frames of one connection, on its event loop. */
  interface Receiver {
    /**
     * A frame's header arrived.
     *
     * @return where its body goes; null for "not yet": called again by {@link FrameReader#resume}
     * @throws ProtocolViolation if there can be no such frame
     */
    @Nullable Sink begin(int type, int request, int length) throws ProtocolViolation;

    /** The other side does not keep to the protocol; the connection is to be closed. */
    void violated(ProtocolViolation violation);
  }

  /** Takes the body of one frame. */
  interface Sink {
    /** Takes exactly {@code count} bytes from {@code piece}, moving its reader index. */
    void take(ByteBuf piece, int count);

    /** The whole body was taken. */
    void complete();

    /** The connection ended in the middle of the body. */
    void abandon();
  }

  /** The other side broke the protocol. */
  static final class ProtocolViolation extends Exception {
    private static final long serialVersionUID = 1;

    final int request;

    ProtocolViolation(int request, String message) {
      super(message);
      this.request = request;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(FrameReader.class);

  private final Receiver receiver;
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
  private final byte[] header = new byte[Frames.HEADER_BYTES];
  private int headerFilled;
  private @Nullable Sink sink;
  private int bodyLeft;
  private boolean reading;
  private boolean ended;

  FrameReader(Receiver receiver) {
    this.receiver = receiver;
  }

  /** Whether a frame has begun and not ended. */
  boolean inFrame() {
    return headerFilled > 0;
  }

  /** The reader of headers may be ready now. On the event loop. */
  void resume() {
    read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes && !ended) {
      waiting.add(bytes);
      read();
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("closing {}", context.channel(), cause);
    context.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    end();
  }

  private void end() {
    ended = true;
    waiting.forEach(ByteBuf::release);
    waiting.clear();
    if (sink != null) {
      sink.abandon();
      sink = null;
    }
  }

  private void read() {
    if (reading) {
      return; // A sink's completion gave back what an earlier frame waited for; the loop goes on.
    }
    if (ended) {
      return; // A header may still wait, but its body will never come: nothing may be taken for it.
    }
    reading = true;
    try {
      while (step()) {
        // Each step takes a piece or ends a frame.
      }
    } catch (ProtocolViolation violation) {
      end();
      receiver.violated(violation);
    } finally {
      reading = false;
    }
  }

  private boolean step() throws ProtocolViolation {
    if (headerFilled == header.length && sink == null) {
      return begin();
    }
    if (sink != null && bodyLeft == 0) {
      Sink whole = sink;
      sink = null;
      headerFilled = 0;
      whole.complete();
      return true;
    }
    ByteBuf piece = waiting.peek();
    if (piece == null) {
      return false;
    }
    if (sink == null) {
      int count = Math.min(piece.readableBytes(), header.length - headerFilled);
      piece.readBytes(header, headerFilled, count);
      headerFilled += count;
    } else {
      int count = Math.min(piece.readableBytes(), bodyLeft);
      bodyLeft -= count;
      sink.take(piece, count);
    }
    if (!piece.isReadable()) {
      waiting.remove().release();
    }
    return true;
  }

  private boolean begin() throws ProtocolViolation {
    ByteBuffer fields = ByteBuffer.wrap(header);
    int length = fields.getInt();
    int type = Byte.toUnsignedInt(fields.get());
    int request = fields.getInt();
    sink = receiver.begin(type, request, length);
    bodyLeft = length;
    return sink != null;
  }
}
