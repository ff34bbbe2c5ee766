package cloud.zansoc.net.block;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.Consumer;

/**
 * The client's part of {@value Protocols#RELAY}: sends the host's id, waits for the hub's word,
 * then leaves the channel to the two ends.
 */
// A write or close that fails ends the channel, and that is seen to where channels end.
@SuppressWarnings("FutureReturnValueIgnored")
final class RelayRequest extends ByteToMessageDecoder {
  private final PeerId host;
  private final Consumer<Channel> spliced;
  private final Consumer<ZansocException> refused;
  private boolean settled;

  RelayRequest(PeerId host, Consumer<Channel> spliced, Consumer<ZansocException> refused) {
    this.host = host;
    this.spliced = spliced;
    this.refused = refused;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.writeAndFlush(context.alloc().buffer(PeerId.BYTES).writeBytes(host.digest().toBytes()));
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
    RelayAnswer.read(bytes)
        .ifPresent(answer -> {
          settled = true;
          if (answer.accepted()) {
            spliced.accept(context.channel());
            context.pipeline().remove(this);
          } else {
            refused.accept(answer.refusal());
            context.close();
          }
        });
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    if (!settled) {
      settled = true;
      refused.accept(
          new ZansocException(ErrorCode.UNREACHABLE, "the relay hung up before it answered"));
    }
    super.channelInactive(context);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
