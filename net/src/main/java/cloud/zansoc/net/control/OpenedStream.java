package cloud.zansoc.net.control;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Waits at the hub for the host's word on a stream, and leaves its bytes to the next handler. */
final class OpenedStream extends ChannelInboundHandlerAdapter implements BodyReader.Receiver {
  private final CompletableFuture<Boolean> accepted = new CompletableFuture<>();

  /** Completes when the host serves the stream; exceptionally when it does not. */
  CompletableFuture<Boolean> accepted() {
    return accepted;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof Http2HeadersFrame answer) {
      if (ControlHttp.isRefusal(answer.headers())) {
        context.pipeline().replace(this, "refusal", new BodyReader(this));
        context.pipeline().fireChannelRead(message);
        return;
      }
      accepted.complete(true);
    }
    context.fireChannelRead(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    failed(new ZansocException(ErrorCode.UNREACHABLE, "the host ended the stream at once"));
    context.fireChannelInactive();
  }

  @Override
  public void message(ChannelHandlerContext context, @Nullable Http2Headers headers, byte[] body) {
    accepted.completeExceptionally(ControlHttp.refusal(headers, body));
  }

  @Override
  public void failed(ZansocException why) {
    accepted.completeExceptionally(why);
  }
}
