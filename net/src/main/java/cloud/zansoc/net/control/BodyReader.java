package cloud.zansoc.net.control;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Gathers one message of a stream: headers, and a body of a bounded length. */
final class BodyReader extends ChannelInboundHandlerAdapter {
  /** Takes the message. On the event loop; one of the two, once. */
  interface Receiver {
    void message(ChannelHandlerContext context, @Nullable Http2Headers headers, byte[] body);

    /** The stream ended first, or the body was too long. */
    void failed(ZansocException why);
  }

  private static final int FIRST_BYTES = 256;

  private final Receiver receiver;
  private @Nullable Http2Headers headers;
  private byte[] body = new byte[0];
  private int filled;
  private boolean settled;

  BodyReader(Receiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof Http2HeadersFrame frame) {
        headers = frame.headers();
        endIf(frame.isEndStream(), context);
      } else if (message instanceof Http2DataFrame frame) {
        append(context, frame);
        endIf(frame.isEndStream(), context);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(ErrorCode.UNREACHABLE, "the connection ended before the message did");
    context.fireChannelInactive();
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // A close that fails is a close all the same.
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(ErrorCode.UNREACHABLE, "the stream broke: " + cause);
    context.close();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A close that fails is a close all the same.
  private void append(ChannelHandlerContext context, Http2DataFrame frame) {
    int count = frame.content().readableBytes();
    if (settled || filled + count > OrderHandler.MAX_BODY_BYTES) {
      fail(
          ErrorCode.TOO_LARGE, "a message has more than " + OrderHandler.MAX_BODY_BYTES + " bytes");
      context.close();
      return;
    }
    if (filled + count > body.length) {
      body = Arrays.copyOf(body, Math.max(filled + count, Math.max(FIRST_BYTES, 2 * filled)));
    }
    frame.content().readBytes(body, filled, count);
    filled += count;
  }

  private void endIf(boolean ended, ChannelHandlerContext context) {
    if (ended && !settled) {
      settled = true;
      receiver.message(context, headers, Arrays.copyOf(body, filled));
    }
  }

  private void fail(ErrorCode code, String why) {
    if (!settled) {
      settled = true;
      receiver.failed(new ZansocException(code, why));
    }
  }
}
