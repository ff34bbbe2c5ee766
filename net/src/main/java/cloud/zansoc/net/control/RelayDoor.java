package cloud.zansoc.net.control;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.block.RelayAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.function.Function;

/** The hub's end of one relayed client: reads whom it wants, asks that host, joins the two. */
// A write or close that fails ends the channel; channelInactive sees to the other one.
@SuppressWarnings("FutureReturnValueIgnored")
final class RelayDoor extends ByteToMessageDecoder {
  /** Finds the way to a host. Blocks; throws ZansocException where there is none. */
  interface Guide extends Function<PeerId, HostLinkConnection> {}

  private final Guide guide;
  private boolean asked;

  RelayDoor(Guide guide) {
    this.guide = guide;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
    if (asked || bytes.readableBytes() < PeerId.BYTES) {
      return;
    }
    asked = true;
    byte[] id = new byte[PeerId.BYTES];
    bytes.readBytes(id);
    PeerId host = new PeerId(Digest.of(id));
    context.channel().config().setAutoRead(false);
    Thread.ofVirtual().name("relay-door").start(() -> ask(context, host));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent) {
      context.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  private void ask(ChannelHandlerContext context, PeerId host) {
    try {
      HostLinkConnection link = guide.apply(host);
      if (!link.takeRelay()) {
        throw new ZansocException(
            ErrorCode.RATE_LIMITED,
            "host %s serves %d relayed clients already; try again later"
                .formatted(host.shortText(), ControlHttp.MAX_RELAYS_OF_HOST));
      }
      Future<Http2StreamChannel> opening = link.open(new HostEnd(context, link));
      opening.addListener(opened -> {
        if (opening.isSuccess()) {
          begin(context, link, opening.getNow());
        } else {
          link.releaseRelay();
          refuse(context, unreachable(host));
        }
      });
    } catch (ZansocException e) {
      refuse(context, e);
    }
  }

  private static void begin(
      ChannelHandlerContext client, HostLinkConnection link, Http2StreamChannel stream) {
    stream.closeFuture().addListener(ended -> link.releaseRelay());
    client.channel().closeFuture().addListener(ended -> stream.close());
    stream.writeAndFlush(new DefaultHttp2HeadersFrame(ControlHttp.request(ControlHttp.RELAY_PATH)));
  }

  private static ZansocException unreachable(PeerId host) {
    return new ZansocException(
        ErrorCode.UNREACHABLE, "host " + host.shortText() + " has just hung up; try again");
  }

  private static void refuse(ChannelHandlerContext context, ZansocException why) {
    context
        .channel()
        .writeAndFlush(RelayAnswer.refused(why).encode())
        .addListener(ChannelFutureListener.CLOSE);
  }

  /** The stream to the host: asks to be a relay, and joins the client once the host agrees. */
  private final class HostEnd extends ChannelInboundHandlerAdapter {
    private final ChannelHandlerContext client;
    private final HostLinkConnection link;

    HostEnd(ChannelHandlerContext client, HostLinkConnection link) {
      this.client = client;
      this.link = link;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
      if (message instanceof Http2HeadersFrame answer && !ControlHttp.isRefusal(answer.headers())) {
        Http2StreamChannel stream = (Http2StreamChannel) context.channel();
        stream.pipeline().addLast(new StreamBytes(), new Splice(client.channel()));
        stream.pipeline().remove(this);
        client.executor().execute(() -> join(stream));
      } else {
        refuse(client, unreachable(link.host()));
        context.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      refuse(client, unreachable(link.host()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }

    /** On the client's event loop. */
    private void join(Channel stream) {
      Channel channel = client.channel();
      if (!channel.isActive()) {
        stream.close();
        return;
      }
      channel.writeAndFlush(RelayAnswer.ACCEPTED.encode());
      channel.pipeline().addLast(new Splice(stream));
      client.pipeline().remove(RelayDoor.this);
      channel.config().setAutoRead(true);
    }
  }
}
