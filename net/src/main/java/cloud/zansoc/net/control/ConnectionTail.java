package cloud.zansoc.net.control;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a control connection's pipeline: what concerns the connection, not a stream. */
// A close that fails is a close all the same.
@SuppressWarnings("FutureReturnValueIgnored")
final class ConnectionTail extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionTail.class);

  private final Runnable greeted;
  private final Consumer<ZansocException> ended;

  /**
   * @param greeted told when the other side's HTTP/2 has spoken
   * @param ended told why the other side, or silence, ends the connection; maybe more than once
   */
  ConnectionTail(Runnable greeted, Consumer<ZansocException> ended) {
    this.greeted = greeted;
    this.ended = ended;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof Http2SettingsFrame) {
        greeted.run();
      } else if (message instanceof Http2GoAwayFrame goAway) {
        String reason = goAway.content().toString(StandardCharsets.UTF_8);
        if (!reason.isEmpty()) {
          ended.accept(new ZansocException(ErrorCode.FORBIDDEN, reason));
        }
        context.close();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent) {
      ended.accept(
          new ZansocException(
              ErrorCode.TIMED_OUT, "nothing was heard from " + context.channel().remoteAddress()));
      context.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("closing {}", context.channel(), cause);
    ended.accept(
        new ZansocException(
            ErrorCode.UNREACHABLE, "the control connection broke: " + cause, cause));
    context.close();
  }
}
