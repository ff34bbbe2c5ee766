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
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Hands what its channel receives to another one, and reads no faster than that one takes it. Two
 * of them make a connection; an end of output goes on to the other side, and leaves the way back
 * open. What happens before it is joined is kept: the end of a client's input makes a channel read
 * even where it is told not to, by at most some hundred kilobytes.
 */
// A write or close that fails ends the channel, and channelInactive of its own splice sees to it.
@SuppressWarnings("FutureReturnValueIgnored")
final class Splice extends ChannelInboundHandlerAdapter {
  private final Deque<Object> early = new ArrayDeque<>();
  private @Nullable Channel to;
  private boolean ended;

  /**
   * Joins its channel, which is {@code from}, with another one, and begins to read. From any
   * thread; what that channel has received comes first.
   */
  void join(Channel from, Channel other) {
    if (!from.eventLoop().inEventLoop()) {
      from.eventLoop().execute(() -> join(from, other));
      return;
    }
    to = other;
    while (!early.isEmpty()) {
      other.write(early.poll());
    }
    other.flush();
    if (!from.isActive()) {
      closeAfterAll(other);
    } else if (ended) {
      endOutput(other);
    }
    readOn(from);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel other = to;
    if (!(message instanceof ByteBuf)) {
      ReferenceCountUtil.release(message);
    } else if (other == null) {
      early.add(message);
    } else {
      other.write(message);
      if (!other.isWritable()) {
        context.channel().config().setAutoRead(false);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    Channel other = to;
    if (other != null) {
      other.flush();
      // The other side may have become writable between the write and the stop.
      if (other.isWritable()) {
        readOn(context.channel());
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Channel other = to;
    if (other != null && context.channel().isWritable()) {
      readOn(other);
    }
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ended = true;
      Channel other = to;
      if (other != null) {
        endOutput(other);
      }
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    Channel other = to;
    if (other != null) {
      closeAfterAll(other);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    early.forEach(ReferenceCountUtil::release);
    early.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  private static void closeAfterAll(Channel channel) {
    if (channel.isActive()) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Reads on; not where the input has ended, since epoll fails on such a channel and closes it. */
  private static void readOn(Channel channel) {
    if (channel.config().isAutoRead()) {
      return;
    }
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(() -> readOn(channel));
    } else if (!(channel instanceof DuplexChannel duplex && duplex.isInputShutdown())) {
      channel.config().setAutoRead(true);
    }
  }

  /** TLS has no end of output that leaves the way back open, so there it ends both. */
  private static void endOutput(Channel channel) {
    if (channel.pipeline().get(RawStream.class) != null) {
      channel.writeAndFlush(RawStream.Signal.END_OF_OUTPUT);
    } else if (channel instanceof DuplexChannel duplex
        && channel.pipeline().get(SslHandler.class) == null) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> duplex.shutdownOutput());
    } else {
      closeAfterAll(channel);
    }
  }
}
