package cloud.zansoc.net.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;

/**
 * Hands what one channel receives to another, and reads no faster than that one takes it. Two of
 * them make a relay; what passes is the two ends' TLS, which this side cannot read.
 */
// A write or close that fails ends the channel, and channelInactive of its own splice sees to it.
@SuppressWarnings("FutureReturnValueIgnored")
final class Splice extends ChannelInboundHandlerAdapter {
  private final Channel to;

  Splice(Channel to) {
    this.to = to;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    // As a frame at once: only so does the stream count its bytes as pending from here on.
    to.write(to instanceof Http2StreamChannel ? new DefaultHttp2DataFrame(bytes) : bytes);
    if (!to.isWritable()) {
      context.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    to.flush();
    // The other side may have become writable between the write and the stop.
    if (to.isWritable()) {
      context.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      to.config().setAutoRead(true);
    }
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!to.isActive()) {
      return;
    }
    if (to instanceof Http2StreamChannel) {
      to.close(); // The client is gone, and nobody waits for what was under way to the host.
    } else {
      to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
