package cloud.zansoc.net.control;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * One end of a stream, between the event loop and threads that block. An end of output leaves the
 * other way as it is; the stream is over when both have ended, or one side resets it.
 */
// A write or close that fails ends the stream, and both ways are told of that.
@SuppressWarnings("FutureReturnValueIgnored")
final class StreamEnd extends ChannelInboundHandlerAdapter implements ControlStream {
  private final Channel channel;
  private final StreamInput input;
  private final StreamOutput output;

  StreamEnd(Channel channel) {
    this.channel = channel;
    this.input = new StreamInput(this::credit);
    this.output = new StreamOutput(channel);
    channel.config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public void close() {
    input.close();
    if (isOver()) {
      channel.close();
    } else {
      reset(Http2Error.CANCEL, "the stream was closed");
    }
  }

  /** Whether both ways came to their ends. */
  boolean isOver() {
    return input.isEnded() && output.endSent().getNow(false);
  }

  /**
   * Ends the output, and with it the stream: once all has left, the other side learns that nobody
   * reads what it still sends.
   */
  void finish() {
    output.close();
    input.close();
    output
        .endSent()
        .thenAccept(sent -> {
          if (sent && !input.isEnded()) {
            reset(Http2Error.NO_ERROR, "the stream has ended");
          }
        });
  }

  /** Ends both ways at once, as something that went wrong. */
  void abort() {
    reset(Http2Error.INTERNAL_ERROR, "the stream was given up");
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof Http2DataFrame data) {
        if (data.padding() > 0) {
          credit(data.padding());
        }
        input.received(data.content());
        if (data.isEndStream()) {
          input.end();
        }
      } else if (message instanceof Http2HeadersFrame headers && headers.isEndStream()) {
        input.end();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof Http2ResetFrame reset) {
      fail(
          reset.errorCode() == Http2Error.INTERNAL_ERROR.code()
              ? "the other side failed in the middle of the stream"
              : "the other side has closed the stream");
      context.close();
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail("the connection between hub and host is gone");
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail("the stream broke: " + cause);
    context.close();
  }

  private void credit(int bytes) {
    channel.writeAndFlush(new DefaultHttp2WindowUpdateFrame(bytes));
  }

  private void reset(Http2Error code, String why) {
    if (channel.isActive()) {
      channel
          .writeAndFlush(new DefaultHttp2ResetFrame(code))
          .addListener(written -> channel.close());
    }
    fail(why);
  }

  private void fail(String why) {
    input.fail(why);
    output.fail(why);
  }
}
