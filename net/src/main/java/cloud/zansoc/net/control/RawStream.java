package cloud.zansoc.net.control;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Promise;
import org.jspecify.annotations.Nullable;

/**
 * Makes a stream to a host a plain channel of bytes for the handlers after it, once the host has
 * accepted it. The host's end of output is a {@link ChannelInputShutdownEvent}; writing {@link
 * Signal#END_OF_OUTPUT} is this side's. Flow control is the stream's: it goes by reading and
 * writability.
 */
// A write or close that fails ends the stream, and channelInactive tells.
@SuppressWarnings("FutureReturnValueIgnored")
public final class RawStream extends ChannelDuplexHandler {
  /** What can be written beside bytes. */
  public enum Signal {
    /** Nothing more comes, and what the host still sends can be read. */
    END_OF_OUTPUT
  }

  private final Promise<Channel> accepted;
  private @Nullable Http2Headers refusal;
  private ByteBuf refusalText = Unpooled.EMPTY_BUFFER;
  private boolean inputEnded;
  private boolean outputEnded;

  /**
   * @param accepted told once whether the host serves the stream
   */
  RawStream(Promise<Channel> accepted) {
    this.accepted = accepted;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof Http2HeadersFrame headers) {
      answered(context, headers);
    } else if (message instanceof Http2DataFrame data) {
      received(context, data);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void answered(ChannelHandlerContext context, Http2HeadersFrame headers) {
    if (ControlHttp.isRefusal(headers.headers())) {
      refusal = headers.headers();
      refusalText = context.alloc().buffer();
    } else {
      accepted.trySuccess(context.channel());
    }
    if (headers.isEndStream()) {
      endInput(context);
    }
  }

  private void received(ChannelHandlerContext context, Http2DataFrame data) {
    boolean last = data.isEndStream();
    if (refusal != null) {
      refusalText.writeBytes(data.content());
      data.release();
    } else if (data.content().isReadable()) {
      context.fireChannelRead(data.content());
    } else {
      data.release();
    }
    if (last) {
      endInput(context);
    }
  }

  private void endInput(ChannelHandlerContext context) {
    inputEnded = true;
    if (refusal != null) {
      accepted.tryFailure(ControlHttp.refusal(refusal, ByteBufUtil.getBytes(refusalText)));
      context.close();
    } else if (outputEnded) {
      context.close();
    } else {
      context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof Http2ResetFrame) {
      context.close();
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    refusalText.release();
    accepted.tryFailure(
        new ZansocException(ErrorCode.UNREACHABLE, "the host ended the stream at once"));
    context.fireChannelInactive();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message == Signal.END_OF_OUTPUT) {
      outputEnded = true;
      context.write(new DefaultHttp2DataFrame(true), promise);
      if (inputEnded) {
        promise.addListener(written -> context.close());
      }
    } else {
      context.write(
          message instanceof ByteBuf bytes ? new DefaultHttp2DataFrame(bytes) : message, promise);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
