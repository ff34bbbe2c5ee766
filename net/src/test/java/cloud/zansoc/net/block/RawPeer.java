package cloud.zansoc.net.block;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One end of a proved connection that says what a test tells it to, whatever the protocol. */
// What comes of a write or a close is what each test looks at.
@SuppressWarnings("FutureReturnValueIgnored")
public final class RawPeer implements PeerTransport.Proof {
  public final CompletableFuture<Channel> channel = new CompletableFuture<>();
  private final Optional<PeerId> expected;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  public RawPeer(Optional<PeerId> expected) {
    this.expected = expected;
  }

  @Override
  public Optional<PeerId> expected() {
    return expected;
  }

  @Override
  public void proved(Channel proved, PeerId peer, String protocol) {
    proved
        .pipeline()
        .addLast(
            new SimpleChannelInboundHandler<ByteBuf>() {
              @Override
              protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
                byte[] copy = new byte[bytes.readableBytes()];
                bytes.readBytes(copy);
                synchronized (received) {
                  received.writeBytes(copy);
                }
              }
            });
    channel.complete(proved);
  }

  @Override
  public void failed(ZansocException failure) {
    channel.completeExceptionally(failure);
  }

  public void send(byte[] bytes) {
    channel.join().writeAndFlush(Unpooled.wrappedBuffer(bytes)).awaitUninterruptibly();
  }

  public int receivedBytes() {
    synchronized (received) {
      return received.size();
    }
  }

  byte[] received() {
    synchronized (received) {
      return received.toByteArray();
    }
  }

  boolean isClosed() {
    return !channel.join().isOpen();
  }
}
