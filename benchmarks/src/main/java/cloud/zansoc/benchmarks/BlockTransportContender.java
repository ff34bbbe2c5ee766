package cloud.zansoc.benchmarks;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BandwidthLimit;
import cloud.zansoc.net.block.BlockAccess;
import cloud.zansoc.net.block.BlockDialer.Relay;
import cloud.zansoc.net.block.BlockServer;
import cloud.zansoc.net.block.NettyBlockDialer;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.identity.Identity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Our own transport, with a host that keeps nothing and sends the same block again and again. */
final class BlockTransportContender implements TransportSideBySide.Contender {
  private final PeerTransport hostTransport;
  private final PeerTransport clientTransport;
  private final BlockServer server;
  private final NettyBlockDialer dialer;
  private final BlockAccess access;
  private final Digest digest;

  BlockTransportContender(Identity host, Identity client, byte[] block) {
    hostTransport = new PeerTransport(host);
    clientTransport = new PeerTransport(client);
    server =
        new BlockServer(
            hostTransport, (peer, permit) -> new OneBlock(block), BandwidthLimit.none());
    InetSocketAddress address =
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    dialer = new NettyBlockDialer(clientTransport);
    HostAddress direct = new HostAddress(address.getAddress().getHostAddress(), address.getPort());
    Permit.Signed permit =
        new Permit(
                host.id(),
                host.id(),
                client.id(),
                new ShardId(1, 1),
                Permit.Action.PUT,
                Long.MAX_VALUE,
                Instant.EPOCH,
                Instant.EPOCH,
                1)
            .sign(host.signingKey());
    access =
        dialer.connect(host.id(), Optional.of(direct), new Relay(host.id(), direct)).open(permit);
    digest = Digest.sha256(block);
  }

  @Override
  public void put(byte[] block) {
    access.put(digest, ByteBuffer.wrap(block));
  }

  @Override
  public int get() {
    return access.get(digest, ByteBuffer.allocate(Limits.BLOCK_BYTES));
  }

  @Override
  public void close() {
    dialer.close();
    server.close();
    clientTransport.close();
    hostTransport.close();
  }

  private record OneBlock(byte[] block) implements BlockAccess {
    @Override
    public void put(Digest digest, ByteBuffer received) {
      if (received.remaining() != block.length) {
        throw new IllegalStateException("a block came short");
      }
    }

    @Override
    public int get(Digest digest, ByteBuffer into) {
      into.put(block);
      return block.length;
    }

    @Override
    public BitSet has(List<Digest> digests) {
      throw new UnsupportedOperationException("not measured");
    }

    @Override
    public Receipt.Signed receipt() {
      throw new UnsupportedOperationException("not measured");
    }
  }
}
