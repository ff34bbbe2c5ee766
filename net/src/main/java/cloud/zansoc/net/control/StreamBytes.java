package cloud.zansoc.net.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;

/** Makes an HTTP/2 stream a plain channel of bytes. Either side's end of stream ends both. */
// A close that fails is a close all the same.
@SuppressWarnings("FutureReturnValueIgnored")
final class StreamBytes extends ChannelDuplexHandler {
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof Http2DataFrame data) {
      if (data.content().isReadable()) {
        context.fireChannelRead(data.content());
      } else {
        data.release();
      }
      if (data.isEndStream()) {
        context.close();
      }
    } else {
      ReferenceCountUtil.release(message);
      if (message instanceof Http2HeadersFrame headers && headers.isEndStream()) {
        context.close();
      }
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
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    context.write(
        message instanceof ByteBuf bytes ? new DefaultHttp2DataFrame(bytes) : message, promise);
  }
}
