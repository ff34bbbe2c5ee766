package cloud.zansoc.net.control;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.timeout.IdleStateHandler;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HTTP/2 of the control connection: its windows, its paths, its errors. */
// A write that fails ends the channel, and that is seen to where channels end.
@SuppressWarnings("FutureReturnValueIgnored")
final class ControlHttp {
  /** The most orders that a host carries out at once. */
  static final int MAX_ORDERS = 64;

  /** The most relayed clients of a host at once. */
  static final int MAX_RELAYS_OF_HOST = 64;

  /** The most streams to a host at once. */
  static final int MAX_STREAMS_OF_HOST = 256;

  /** What may be under way to a stream's reader that does not read, in bytes. */
  static final int STREAM_WINDOW_BYTES = 1 << 20;

  static final String ORDERS_PATH = "/orders/";
  static final String STREAMS_PATH = "/streams/";
  static final String RELAY_PATH = "/relay";
  static final String OK = "200";

  /** The longest frame of a stream's bytes. */
  static final int MAX_FRAME_BYTES = 64 * 1024;

  private static final String ERROR_HEADER = "zansoc-error";
  private static final int MAX_HEADER_BYTES = 8 * 1024;
  private static final int MAX_MESSAGE_BYTES = 1024;

  /** So large that streams whose readers do not read leave room for all others. */
  private static final int CONNECTION_WINDOW_BYTES =
      (MAX_ORDERS + MAX_RELAYS_OF_HOST + MAX_STREAMS_OF_HOST) * STREAM_WINDOW_BYTES;

  private ControlHttp() {}

  /** Adds the side that gives orders, the hub's. */
  static void addHub(Channel channel, ControlTimings timings, ChannelHandler tail) {
    Http2FrameCodec codec =
        Http2FrameCodecBuilder.forClient()
            .initialSettings(settings().pushEnabled(false))
            .gracefulShutdownTimeoutMillis(0)
            .build();
    add(channel, timings, codec, new Http2MultiplexHandler(new RefusedStream()), tail);
  }

  /** Adds the side that takes orders, the host's; {@code streams} serves each of them. */
  static void addHost(
      Channel channel, ControlTimings timings, ChannelHandler streams, ChannelHandler tail) {
    Http2FrameCodec codec =
        Http2FrameCodecBuilder.forServer()
            .initialSettings(
                settings()
                    .maxConcurrentStreams(
                        (long) MAX_ORDERS + MAX_RELAYS_OF_HOST + MAX_STREAMS_OF_HOST))
            // The hub resets a stream for each relayed client that leaves: that is no attack.
            .decoderEnforceMaxRstFramesPerWindow(0, 0)
            .encoderEnforceMaxRstFramesPerWindow(0, 0)
            .gracefulShutdownTimeoutMillis(0)
            .build();
    add(channel, timings, codec, new Http2MultiplexHandler(streams), tail);
  }

  private static void add(
      Channel channel,
      ControlTimings timings,
      Http2FrameCodec codec,
      Http2MultiplexHandler multiplexer,
      ChannelHandler tail) {
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(
        new IdleStateHandler(timings.silence().toMillis(), 0, 0, TimeUnit.MILLISECONDS));
    pipeline.addLast(codec, multiplexer, tail);
    int grant = CONNECTION_WINDOW_BYTES - Http2CodecUtil.DEFAULT_WINDOW_SIZE;
    channel.writeAndFlush(new DefaultHttp2WindowUpdateFrame(grant));
  }

  private static Http2Settings settings() {
    return Http2Settings.defaultSettings()
        .initialWindowSize(STREAM_WINDOW_BYTES)
        .maxFrameSize(MAX_FRAME_BYTES)
        .maxHeaderListSize(MAX_HEADER_BYTES);
  }

  /** The headers of a request for {@code path}. */
  static Http2Headers request(String path) {
    return new DefaultHttp2Headers().method("POST").scheme("https").authority("host").path(path);
  }

  /** Sends the answer to an order. */
  static void answer(Channel stream, byte[] body) {
    stream.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status(OK)));
    stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true));
  }

  /** Sends a refusal instead of an answer. */
  static void refuse(Channel stream, ZansocException why) {
    byte[] message = text(why);
    Http2Headers headers =
        new DefaultHttp2Headers()
            .status(Integer.toString(why.code().httpStatus()))
            .setInt(ERROR_HEADER, why.code().number());
    stream.write(new DefaultHttp2HeadersFrame(headers));
    stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(message), true));
  }

  /** Whether an answer's headers say that a refusal follows. */
  static boolean isRefusal(@Nullable Http2Headers headers) {
    return headers == null || !OK.contentEquals(String.valueOf(headers.status()));
  }

  /** Reads what {@link #refuse} sent. */
  static ZansocException refusal(@Nullable Http2Headers headers, byte[] body) {
    int number =
        headers == null
            ? ErrorCode.INTERNAL.number()
            : headers.getInt(ERROR_HEADER, ErrorCode.INTERNAL.number());
    return new ZansocException(
        ErrorCode.ofNumber(number), new String(body, StandardCharsets.UTF_8));
  }

  /** The message of {@code why}, as sent. */
  static byte[] text(ZansocException why) {
    byte[] message = String.valueOf(why.getMessage()).getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(message, Math.min(message.length, MAX_MESSAGE_BYTES));
  }
}
