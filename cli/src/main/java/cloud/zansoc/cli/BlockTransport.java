package cloud.zansoc.cli;

import cloud.zansoc.codec.crypto.NativeHash;
import cloud.zansoc.codec.crypto.RootKey;
import cloud.zansoc.net.block.NettyBlockDialer;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.storage.client.StorageClient;
import cloud.zansoc.storage.client.StorageHub;
import cloud.zansoc.storage.client.TransferLimits;
import java.nio.file.Path;

/** A command's connections to hosts. Opened only by commands that move blocks. */
public final class BlockTransport implements AutoCloseable {
  private final PeerTransport transport;
  private final NettyBlockDialer dialer;

  public BlockTransport(Identity identity) {
    Thread.ofPlatform().daemon().name("native-hash").start(NativeHash::load);
    this.transport = new PeerTransport(identity);
    this.dialer = new NettyBlockDialer(transport);
  }

  /** A client of {@code hub} over these connections; the caller closes it before this. */
  public StorageClient client(StorageHub hub, RootKey root, Path journals) {
    return new StorageClient(hub, dialer, root, journals, TransferLimits.DEFAULT);
  }

  @Override
  public void close() {
    dialer.close();
    transport.close();
  }
}
