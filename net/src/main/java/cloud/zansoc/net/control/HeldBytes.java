package cloud.zansoc.net.control;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/** Keeps what a peer sends while it is being decided whether to serve it. */
final class HeldBytes extends ChannelInboundHandlerAdapter {
  private final ArrayDeque<Object> held = new ArrayDeque<>();

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.channel().config().setAutoRead(false);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    held.add(message);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    held.forEach(
        context.channel().isActive() ? context::fireChannelRead : ReferenceCountUtil::release);
    held.clear();
    // Without an end of reading, who waits for silence would take this for a read that goes on.
    context.fireChannelReadComplete();
    context.channel().config().setAutoRead(true);
  }
}
