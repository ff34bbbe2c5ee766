package cloud.zansoc.net.endpoint;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One HTTP connection to a backend: hands what arrives to the exchange that uses it. */
// A close that fails is a close all the same.
@SuppressWarnings("FutureReturnValueIgnored")
final class BackendLink extends ChannelInboundHandlerAdapter {
  private final HttpClientCodec codec;
  private volatile @Nullable Exchange exchange;

  BackendLink(HttpClientCodec codec) {
    this.codec = codec;
  }

  /** The link of a connection that the pool made. */
  static BackendLink of(Channel backend) {
    return backend.pipeline().get(BackendLink.class);
  }

  /** What arrives from now on is for {@code user}. */
  void use(Exchange user) {
    exchange = user;
  }

  /** Nothing is to arrive now. */
  void leave() {
    exchange = null;
  }

  /** From now on bytes pass as they are, to and from {@code client}. On the event loop. */
  void becomeSplice(Channel backend, Channel client) {
    exchange = null;
    Splice splice = new Splice();
    backend.pipeline().addLast(splice);
    backend.pipeline().remove(this);
    backend.pipeline().remove(codec); // Last: what it still holds is for the splice.
    splice.join(backend, client);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    if (context.pipeline().context(codec) == null) {
      context.pipeline().addBefore(context.name(), null, codec);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Exchange user = exchange;
    if (user == null) {
      ReferenceCountUtil.release(message);
      context.close(); // It speaks without having been asked.
    } else {
      user.answered(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    Exchange user = exchange;
    if (user != null) {
      user.flushAnswer();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Exchange user = exchange;
    if (user != null && context.channel().isWritable()) {
      user.backendTakesMore();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    Exchange user = exchange;
    exchange = null;
    if (user != null) {
      user.backendGone(context.channel());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      context.close(); // HTTP needs no way back once the backend has said all.
    } else {
      context.fireUserEventTriggered(event);
    }
  }
}
