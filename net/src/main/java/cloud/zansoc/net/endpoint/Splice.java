package cloud.zansoc.net.endpoint;

import cloud.zansoc.net.control.RawStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * Hands what one channel receives to another, and reads no faster than that one takes it. Two of
 * them make a connection; an end of output goes on to the other side, and leaves the way back open.
 */
// A write or close that fails ends the channel, and channelInactive of its own splice sees to it.
@SuppressWarnings("FutureReturnValueIgnored")
final class Splice extends ChannelInboundHandlerAdapter {
  private final Channel to;
  private volatile boolean joined;

  Splice(Channel to) {
    this.to = to;
  }

  /** From now on the end of this channel is the end of the other one too. */
  Splice join() {
    joined = true;
    return this;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf)) {
      ReferenceCountUtil.release(message);
      return;
    }
    to.write(message);
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
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      endOutput(to);
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (joined && to.isActive()) {
      to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  /** TLS has no end of output that leaves the way back open, so there it ends both. */
  private static void endOutput(Channel channel) {
    if (channel.pipeline().get(RawStream.class) != null) {
      channel.writeAndFlush(RawStream.Signal.END_OF_OUTPUT);
    } else if (channel instanceof DuplexChannel duplex
        && channel.pipeline().get(SslHandler.class) == null) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> duplex.shutdownOutput());
    } else {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
