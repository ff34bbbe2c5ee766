package cloud.zansoc.net.control;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a host does with the streams that its hub opens: orders, streams, and relayed clients. */
// A write or close that fails ends the stream, and the hub sees that.
@SuppressWarnings("FutureReturnValueIgnored")
@Sharable
final class HostStreams extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(HostStreams.class);

  private final HostServices services;

  HostStreams(HostServices services) {
    this.services = services;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof Http2HeadersFrame request)) {
      ReferenceCountUtil.release(message);
      return;
    }
    String path = String.valueOf(request.headers().path());
    if (path.startsWith(ControlHttp.ORDERS_PATH)) {
      String name = path.substring(ControlHttp.ORDERS_PATH.length());
      context.pipeline().addLast(new BodyReader(new Order(name)));
      context.pipeline().remove(this);
      context.fireChannelRead(request);
    } else if (path.startsWith(ControlHttp.STREAMS_PATH)) {
      stream(context, path.substring(ControlHttp.STREAMS_PATH.length()));
    } else if (path.equals(ControlHttp.RELAY_PATH)) {
      relay(context);
    } else {
      ControlHttp.refuse(
          context.channel(),
          new ZansocException(ErrorCode.UNSUPPORTED, "this host does not know " + path));
    }
  }

  private void stream(ChannelHandlerContext context, String name) {
    Channel channel = context.channel();
    StreamEnd end = new StreamEnd(channel);
    context.pipeline().addLast(end);
    context.pipeline().remove(this);
    new ServedStream(name, channel, end).serve(services.streams());
  }

  private void relay(ChannelHandlerContext context) {
    Channel stream = context.channel();
    stream.writeAndFlush(
        new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status(ControlHttp.OK)));
    stream.pipeline().addLast(new StreamBytes());
    context.pipeline().remove(this);
    services.blocks().accept(stream);
  }

  private final class Order implements BodyReader.Receiver {
    private final String name;

    Order(String name) {
      this.name = name;
    }

    @Override
    public void message(
        ChannelHandlerContext context, @Nullable Http2Headers headers, byte[] body) {
      Thread.ofVirtual().name("order-" + name).start(() -> carryOut(context.channel(), body));
    }

    @Override
    public void failed(ZansocException why) {
      LOG.debug("order {}: {}", name, why.getMessage());
    }

    private void carryOut(Channel stream, byte[] body) {
      Runnable reply;
      try {
        byte[] answer = services.orders().handle(name, body);
        if (answer.length > OrderHandler.MAX_BODY_BYTES) {
          throw new ZansocException(
              ErrorCode.TOO_LARGE, "the answer has " + answer.length + " bytes");
        }
        reply = () -> ControlHttp.answer(stream, answer);
      } catch (ZansocException e) {
        reply = () -> ControlHttp.refuse(stream, e);
      } catch (RuntimeException | Error e) {
        LOG.error("order {} failed", name, e);
        ZansocException failure =
            new ZansocException(ErrorCode.INTERNAL, "the host failed; its log says why", e);
        reply = () -> ControlHttp.refuse(stream, failure);
      }
      try {
        stream.eventLoop().execute(reply);
      } catch (RejectedExecutionException stopped) {
        LOG.debug("order {} was carried out, but the agent stops", name);
      }
    }
  }
}
