package cloud.zansoc.net.control;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** What a hub does with a stream that a host opens: hosts give no orders. */
@Sharable
final class RefusedStream extends ChannelInboundHandlerAdapter {
  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // A close that fails is a close all the same.
  public void handlerAdded(ChannelHandlerContext context) {
    context.close();
  }
}
