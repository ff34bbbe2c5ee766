package cloud.zansoc.net.control;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One host's control connection, seen from the hub: each order, relay and stream is one of HTTP/2.
 */
// A write or close that fails ends its channel, and that fails the order.
@SuppressWarnings("FutureReturnValueIgnored")
final class HostLinkConnection implements HostLink {
  private final Channel channel;
  private final PeerId host;
  private final Semaphore orders = new Semaphore(ControlHttp.MAX_ORDERS);
  private final AtomicInteger relays = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();

  HostLinkConnection(Channel channel, PeerId host) {
    this.channel = channel;
    this.host = host;
  }

  /** Begins to speak HTTP/2, and to ping. On the event loop. */
  void begin(ControlTimings timings) {
    ControlHttp.addHub(channel, timings, new ConnectionTail(() -> {}, reason -> {}));
    Future<?> pings =
        channel
            .eventLoop()
            .scheduleAtFixedRate(
                () -> channel.writeAndFlush(new DefaultHttp2PingFrame(System.nanoTime())),
                timings.ping().toNanos(),
                timings.ping().toNanos(),
                TimeUnit.NANOSECONDS);
    channel.closeFuture().addListener(ended -> pings.cancel(false));
  }

  @Override
  public PeerId host() {
    return host;
  }

  @Override
  public String remoteIp() {
    return channel.remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress()
        : "";
  }

  @Override
  public byte[] order(String name, byte[] body, Duration timeout) {
    if (body.length > OrderHandler.MAX_BODY_BYTES) {
      throw new ZansocException(
          ErrorCode.TOO_LARGE, "the order " + name + " has " + body.length + " bytes");
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    String action = "order " + name + " to host " + host.shortText();
    OrderReply reply = new OrderReply(action);
    @Nullable Http2StreamChannel stream = null;
    try {
      if (!orders.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new ZansocException(
            ErrorCode.TIMED_OUT, action + ": the host is busy with earlier orders");
      }
      try {
        stream = open(new BodyReader(reply)).get(left(deadline), TimeUnit.NANOSECONDS);
        stream.write(
            new DefaultHttp2HeadersFrame(ControlHttp.request(ControlHttp.ORDERS_PATH + name)));
        stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true));
        return reply.answer.get(left(deadline), TimeUnit.NANOSECONDS);
      } finally {
        orders.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.UNREACHABLE, action + " was given up: interrupted", e);
    } catch (TimeoutException e) {
      throw new ZansocException(
          ErrorCode.TIMED_OUT, action + " had no answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw failure(action, e);
    } finally {
      if (stream != null) {
        stream.close();
      }
    }
  }

  @Override
  public ControlStream open(String name, byte[] request, Duration timeout) {
    String action = "stream " + name + " to host " + host.shortText();
    if (request.length > StreamHandler.MAX_REQUEST_BYTES) {
      throw new ZansocException(
          ErrorCode.TOO_LARGE,
          "%s: a request has at most %d bytes, not %d"
              .formatted(action, StreamHandler.MAX_REQUEST_BYTES, request.length));
    }
    if (!take(streams, ControlHttp.MAX_STREAMS_OF_HOST)) {
      throw new ZansocException(
          ErrorCode.RATE_LIMITED,
          "%s: the host has %d streams already; try again later"
              .formatted(action, ControlHttp.MAX_STREAMS_OF_HOST));
    }
    OpenedStream opened = new OpenedStream();
    Future<Http2StreamChannel> opening = openTaken(opened);
    return begin(action, name, request, new Opening(opening, opened), timeout);
  }

  /**
   * Opens a stream as a plain channel of bytes, with {@code next} after its {@link RawStream}.
   *
   * @return done when the host has accepted it; fails with a ZansocException
   */
  Future<Channel> dial(String name, byte[] request, ChannelHandler next) {
    Promise<Channel> accepted = channel.eventLoop().newPromise();
    if (!take(streams, ControlHttp.MAX_STREAMS_OF_HOST)) {
      return accepted.setFailure(
          new ZansocException(
              ErrorCode.RATE_LIMITED,
              "host %s has %d streams already"
                  .formatted(host.shortText(), ControlHttp.MAX_STREAMS_OF_HOST)));
    }
    ChannelHandler handlers =
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel stream) {
            stream.pipeline().addLast(new RawStream(accepted), next);
          }
        };
    Future<Http2StreamChannel> opening = openTaken(handlers);
    opening.addListener(done -> {
      if (opening.isSuccess()) {
        ask(opening.getNow(), name, request);
      } else {
        accepted.tryFailure(
            new ZansocException(
                ErrorCode.UNREACHABLE, "host " + host.shortText() + " has just hung up"));
      }
    });
    return accepted;
  }

  /** Opens a stream whose place is taken, and gives the place back at its end. */
  private Future<Http2StreamChannel> openTaken(ChannelHandler handler) {
    Future<Http2StreamChannel> opening = open(handler);
    opening.addListener(done -> {
      if (opening.isSuccess()) {
        opening.getNow().closeFuture().addListener(closed -> streams.decrementAndGet());
      } else {
        streams.decrementAndGet();
      }
    });
    return opening;
  }

  /** Says what a stream is for. */
  private static void ask(Http2StreamChannel stream, String name, byte[] request) {
    stream.write(
        new DefaultHttp2HeadersFrame(ControlHttp.request(ControlHttp.STREAMS_PATH + name)));
    ByteBuf prefixed = stream.alloc().buffer(Integer.BYTES + request.length);
    stream.writeAndFlush(
        new DefaultHttp2DataFrame(prefixed.writeInt(request.length).writeBytes(request)));
  }

  private record Opening(Future<Http2StreamChannel> channel, OpenedStream answer) {}

  private static ControlStream begin(
      String action, String name, byte[] request, Opening opening, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean served = false;
    try {
      Http2StreamChannel channel = opening.channel().get(left(deadline), TimeUnit.NANOSECONDS);
      StreamEnd end = new StreamEnd(channel);
      channel.pipeline().addLast(end);
      ask(channel, name, request);
      served = opening.answer().accepted().get(left(deadline), TimeUnit.NANOSECONDS);
      return end;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.UNREACHABLE, action + " was given up: interrupted", e);
    } catch (TimeoutException e) {
      throw new ZansocException(
          ErrorCode.TIMED_OUT, action + " had no answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw failure(action, e);
    } finally {
      if (!served) {
        opening
            .channel()
            .addListener(open -> {
              if (opening.channel().isSuccess()) {
                opening.channel().getNow().close();
              }
            });
      }
    }
  }

  @Override
  public void close() {
    channel.close();
  }

  /** Ends the connection, telling the host why. */
  void refuse(String why) {
    ByteBuf reason =
        Unpooled.wrappedBuffer(ControlHttp.text(new ZansocException(ErrorCode.FORBIDDEN, why)));
    channel
        .writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR, reason))
        .addListener(done -> channel.close());
  }

  /** Takes one of the host's places for relayed clients; false if there is none. */
  boolean takeRelay() {
    return take(relays, ControlHttp.MAX_RELAYS_OF_HOST);
  }

  /** Gives a place back. */
  void releaseRelay() {
    relays.decrementAndGet();
  }

  /** Opens a stream to the host. */
  Future<Http2StreamChannel> open(ChannelHandler handler) {
    return new Http2StreamChannelBootstrap(channel)
        .handler(
            new ChannelInitializer<Http2StreamChannel>() {
              @Override
              protected void initChannel(Http2StreamChannel stream) {
                stream.pipeline().addLast(handler);
              }
            })
        .open();
  }

  private static boolean take(AtomicInteger taken, int most) {
    if (taken.incrementAndGet() <= most) {
      return true;
    }
    taken.decrementAndGet();
    return false;
  }

  private static long left(long deadline) {
    return Math.max(0, deadline - System.nanoTime());
  }

  private static ZansocException failure(String action, ExecutionException e) {
    if (e.getCause() instanceof ZansocException cause) {
      return new ZansocException(cause.code(), action + ": " + cause.getMessage(), cause);
    }
    return new ZansocException(
        ErrorCode.UNREACHABLE, action + ": the connection is gone: " + e.getCause(), e);
  }

  /** Waits for the host's word on one order. */
  private static final class OrderReply implements BodyReader.Receiver {
    private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
    private final String action;

    OrderReply(String action) {
      this.action = action;
    }

    @Override
    public void message(
        ChannelHandlerContext context, @Nullable Http2Headers headers, byte[] body) {
      if (ControlHttp.isRefusal(headers)) {
        answer.completeExceptionally(ControlHttp.refusal(headers, body));
      } else {
        answer.complete(body);
      }
    }

    @Override
    public void failed(ZansocException why) {
      answer.completeExceptionally(why);
    }

    @Override
    public String toString() {
      return action;
    }
  }
}
