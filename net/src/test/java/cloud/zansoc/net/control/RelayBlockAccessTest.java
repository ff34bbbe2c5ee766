package cloud.zansoc.net.control;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.Await;
import cloud.zansoc.net.block.BandwidthLimit;
import cloud.zansoc.net.block.BlockAccess;
import cloud.zansoc.net.block.BlockAccessContract;
import cloud.zansoc.net.block.BlockDialer.Relay;
import cloud.zansoc.net.block.BlockServer;
import cloud.zansoc.net.block.BlockTimings;
import cloud.zansoc.net.block.Cast;
import cloud.zansoc.net.block.NettyBlockDialer;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.block.Protocols;
import cloud.zansoc.net.block.RawPeer;
import cloud.zansoc.net.control.ControlAgent.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Through a hub, to a host that listens nowhere. */
// What comes of a write or a close is what each test looks at.
@SuppressWarnings("FutureReturnValueIgnored")
final class RelayBlockAccessTest extends BlockAccessContract {
  private static final long PLENTY = 1L << 40;

  private final PeerTransport hubTransport = new PeerTransport(cast.hub);
  private final PeerTransport hostTransport = new PeerTransport(cast.host);
  private final PeerTransport clientTransport = new PeerTransport(cast.client);
  private final HubListener listener = new HubListener();
  private final ControlServer hub = new ControlServer(hubTransport, listener);
  private final BlockServer blocks = new BlockServer(hostTransport, service, BandwidthLimit.none());
  private final Relay relay = new Relay(cast.hub.id(), Cast.address(hub.listen(Cast.anyPort())));
  private final ControlAgent agent =
      new ControlAgent(
          hostTransport,
          relay,
          new HostServices((name, body) -> body, StreamHandler.none(), blocks));
  private final NettyBlockDialer dialer = new NettyBlockDialer(clientTransport);

  @BeforeEach
  void start() {
    agent.start();
    Await.until("the host is connected", () -> hub.link(cast.host.id()).isPresent());
  }

  @AfterEach
  void stop() {
    dialer.close();
    agent.close();
    blocks.close();
    hub.close();
    clientTransport.close();
    hostTransport.close();
    hubTransport.close();
  }

  @Override
  protected BlockAccess open(Permit.Signed permit) {
    return dialer.connect(cast.host.id(), Optional.empty(), relay).open(permit);
  }

  @Test
  void connect_directAddressIsDead_goesThroughTheRelay() {
    Optional<HostAddress> dead = Optional.of(new HostAddress("127.0.0.1", 1));

    assertThat(dialer.connect(cast.host.id(), dead, relay).isOpen()).isTrue();
    assertThat(hub.relayedConnections()).isEqualTo(1);
  }

  @Test
  void connect_hubDoesNotAllowIt_forbidden() {
    listener.relaying = false;
    refuses(ErrorCode.FORBIDDEN, () -> dialer.connect(cast.host.id(), Optional.empty(), relay));
    Await.until("the hub has let go", () -> hub.relayedConnections() == 0);
  }

  @Test
  void connect_hostIsNotThere_unreachable() {
    refuses(ErrorCode.UNREACHABLE, () -> dialer.connect(cast.client.id(), Optional.empty(), relay));
  }

  @Test
  void connect_hubIsAnother_mismatch() {
    Relay wrong = new Relay(cast.client.id(), relay.address());
    refuses(
        ErrorCode.PEER_ID_MISMATCH, () -> dialer.connect(cast.host.id(), Optional.empty(), wrong));
  }

  @Test
  void close_ofTheDialer_freesTheHubAndTheHost() {
    open(cast.permit(Permit.Action.PUT, 1));
    assertThat(blocks.connections()).isEqualTo(1);

    dialer.close();

    Await.until("the host has let go", () -> blocks.connections() == 0);
    Await.until("the hub has let go", () -> hub.relayedConnections() == 0);
    assertThat(agent.status().state()).isEqualTo(State.CONNECTED);
  }

  @Test
  void request_hostVanishes_unreachable() {
    BlockAccess put = open(cast.permit(Permit.Action.PUT, 1));
    agent.close();
    refuses(ErrorCode.UNREACHABLE, put::receipt);
  }

  @Test
  void relay_clientDoesNotRead_hostAndHubHoldABoundedNumberOfBytes() {
    int gets = 400;
    ShardId shard = new ShardId(3, 4);
    byte[] block = new byte[Limits.BLOCK_BYTES];
    Digest digest = Digest.sha256(block);
    open(cast.permit(shard, Permit.Action.PUT, PLENTY)).put(digest, ByteBuffer.wrap(block));
    RawPeer peer = dialRaw();
    byte[] permit = cast.permit(shard, Permit.Action.GET, PLENTY).encode();
    peer.send(
        ByteBuffer.allocate(9 + permit.length)
            .putInt(permit.length)
            .put((byte) 1)
            .putInt(1)
            .put(permit)
            .array());
    Await.until("the permit is accepted", () -> peer.receivedBytes() == 13);
    peer.channel.join().config().setAutoRead(false);

    for (int i = 0; i < gets; i++) {
      ByteBuffer get = ByteBuffer.allocate(9 + 36).putInt(36).put((byte) 3).putInt(2 + i);
      digest.write(get.putInt(1));
      peer.send(get.array());
    }
    Await.until("the host is full", () -> blocks.bytesInFlight() == BlockServer.CONNECTION_BYTES);
    assertThat(hubTransport.bufferBytes()).isLessThan(32L << 20);
    HostLink link = hub.link(cast.host.id()).orElseThrow();
    assertThat(link.order("echo", new byte[100_000], Duration.ofSeconds(20))).hasSize(100_000);
    assertThat(blocks.bytesInFlight()).isEqualTo(BlockServer.CONNECTION_BYTES);

    peer.channel.join().config().setAutoRead(true);
    int all = 13 + gets * (9 + Limits.BLOCK_BYTES);
    Await.until("every answer came", () -> peer.receivedBytes() == all);
    assertThat(hubTransport.bufferBytes()).isLessThan(32L << 20);
    peer.channel.join().close();
  }

  /** Goes through the relay as a client does, up to the host's proof, and no further. */
  private RawPeer dialRaw() {
    RawPeer inside = new RawPeer(Optional.of(cast.host.id()));
    clientTransport.connect(
        new InetSocketAddress(relay.address().host(), relay.address().port()),
        Protocols.RELAY,
        BlockTimings.STANDARD,
        new PeerTransport.Proof() {
          @Override
          public Optional<PeerId> expected() {
            return Optional.of(relay.hub());
          }

          @Override
          public void proved(Channel channel, PeerId hubId, String protocol) {
            channel.pipeline().addLast(new Accepted(inside));
            channel.writeAndFlush(Unpooled.wrappedBuffer(cast.host.id().digest().toBytes()));
          }

          @Override
          public void failed(ZansocException failure) {
            inside.failed(failure);
          }
        });
    return inside;
  }

  /** Waits for the hub's word of four zero bytes, then begins TLS with the host. */
  private final class Accepted extends SimpleChannelInboundHandler<ByteBuf> {
    private final RawPeer inside;

    Accepted(RawPeer inside) {
      this.inside = inside;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
      assertThat(bytes.readInt()).isZero();
      clientTransport.addClientTls(
          context.channel(), Protocols.BLOCK, BlockTimings.STANDARD, inside);
      context.pipeline().remove(this);
    }
  }
}
