package cloud.zansoc.net.endpoint;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One client's HTTP/1.1 connection, or one of its HTTP/2 streams: its requests one after the other.
 */
// A write or close that fails ends the channel, and channelInactive tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpFront extends ChannelInboundHandlerAdapter {
  private final EndpointRoutes routes;
  private final BackendPool pool;
  private final boolean secure;

  /** What the client sent before its turn. */
  private final Deque<Object> early = new ArrayDeque<>();

  private @Nullable ChannelHandlerContext context;
  private @Nullable Exchange exchange;
  private String sender = "";

  HttpFront(EndpointRoutes routes, BackendPool pool, boolean secure) {
    this.routes = routes;
    this.pool = pool;
    this.secure = secure;
  }

  BackendPool pool() {
    return pool;
  }

  boolean isSecure() {
    return secure;
  }

  /** The client's address. */
  String sender() {
    return sender;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    Channel channel = added.channel();
    // A stream of HTTP/2 has no address of its own.
    Channel connection = channel.parent() instanceof ServerChannel ? channel : channel.parent();
    sender =
        connection.remoteAddress() instanceof InetSocketAddress address
            ? address.getAddress().getHostAddress()
            : "unknown";
  }

  @Override
  public void channelRead(ChannelHandlerContext reader, Object message) {
    Exchange current = exchange;
    if (current == null && early.isEmpty()) {
      take(message);
    } else if (current != null && !current.isRequestRead() && message instanceof HttpContent body) {
      current.body(body);
    } else {
      early.add(message);
      reader.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext reader) {
    if (exchange != null) {
      exchange.flushBody();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext writer) {
    if (exchange != null && writer.channel().isWritable()) {
      exchange.clientTakesMore();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext gone) {
    if (exchange != null) {
      exchange.clientGone();
      exchange = null;
    }
    early.forEach(ReferenceCountUtil::release);
    early.clear();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext idle, Object event) {
    if (event instanceof IdleStateEvent) {
      if (exchange == null) {
        idle.close();
      }
    } else {
      idle.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext broken, Throwable cause) {
    broken.close();
  }

  private void take(Object message) {
    if (!(message instanceof HttpRequest request)) {
      ReferenceCountUtil.release(message); // What is left of a request that was refused.
      return;
    }
    if (request.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      reply(HttpResponseStatus.BAD_REQUEST, "this is no HTTP request that can be read\n");
      return;
    }
    Optional<EndpointRoutes.Target> target = routes.find(Headers.host(request), request.uri());
    if (target.isEmpty()) {
      ReferenceCountUtil.release(message);
      reply(HttpResponseStatus.NOT_FOUND, "nothing is published here\n");
      return;
    }
    if (target.get().path().isEmpty()) {
      ReferenceCountUtil.release(message);
      redirect(request.uri() + "/");
      return;
    }
    Exchange begun = new Exchange(this, channel(), request, target.get());
    exchange = begun;
    begun.begin();
    if (message instanceof HttpContent whole) {
      begun.body(whole);
    }
  }

  /** An exchange is over; the next may begin, if the connection stays. */
  void done(Exchange ended, boolean stays) {
    if (exchange != ended) {
      return;
    }
    exchange = null;
    Channel channel = channel();
    if (!stays && isHttp1()) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    while (exchange == null && !early.isEmpty()) {
      take(early.poll());
    }
    while (exchange != null
        && !early.isEmpty()
        && !exchange.isRequestRead()
        && early.peek() instanceof HttpContent) {
      exchange.body((HttpContent) early.poll());
    }
    if (exchange == null && channel.isActive()) {
      channel.config().setAutoRead(true);
    }
  }

  /** From now on bytes pass as they are, to and from {@code backend}; after the answer is sent. */
  void upgrade(FullHttpResponse answer, Channel backend) {
    exchange = null;
    ChannelHandlerContext here = here();
    here.writeAndFlush(answer);
    Splice splice = new Splice();
    here.pipeline().addLast(splice);
    here.pipeline().remove(this);
    here.pipeline().remove(HttpServerCodec.class); // Last: what it still holds is for the splice.
    splice.join(here.channel(), backend);
  }

  /** Answers in place of a backend, and closes: what follows may belong to the refused request. */
  void reply(HttpResponseStatus status, String text) {
    FullHttpResponse response = response(status, text);
    if (status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, 1);
    }
    send(response);
  }

  private void redirect(String location) {
    FullHttpResponse response = response(HttpResponseStatus.PERMANENT_REDIRECT, "");
    response.headers().set(HttpHeaderNames.LOCATION, location);
    send(response);
  }

  private FullHttpResponse response(HttpResponseStatus status, String text) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, ByteBufUtil.writeUtf8(here().alloc(), text));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    HttpUtil.setContentLength(response, response.content().readableBytes());
    return response;
  }

  private void send(FullHttpResponse response) {
    if (isHttp1()) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      channel().writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    } else {
      channel().writeAndFlush(response);
    }
  }

  private boolean isHttp1() {
    return here().pipeline().get(HttpServerCodec.class) != null;
  }

  private Channel channel() {
    return here().channel();
  }

  private ChannelHandlerContext here() {
    ChannelHandlerContext added = context;
    if (added == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return added;
  }
}
