package cloud.zansoc.storage.client;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.net.block.BlockAccess;
import cloud.zansoc.net.block.BlockConnection;
import cloud.zansoc.net.block.BlockDialer;
import cloud.zansoc.storage.api.Slot;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One position of a segment: the host's access under the slot's permit, connected when first used
 * and once more for each request that finds the connection broken. Thread-safe.
 */
final class HostAccess implements BlockAccess {
  private final BlockDialer dialer;
  private final BlockDialer.Relay relay;
  private final Slot slot;
  private final Permit.Signed permit;
  // Guarded by this; never held over I/O.
  private @Nullable BlockConnection connection;
  private @Nullable BlockAccess access;

  HostAccess(BlockDialer dialer, BlockDialer.Relay relay, Slot slot) {
    this.dialer = dialer;
    this.relay = relay;
    this.slot = slot;
    this.permit = Permit.Signed.decode(slot.permit());
  }

  PeerId host() {
    return slot.host();
  }

  String hostName() {
    return slot.hostName();
  }

  int position() {
    return slot.position();
  }

  @Override
  public void put(Digest digest, ByteBuffer block) {
    Boolean done =
        onConnection(access -> {
          access.put(digest, block);
          return true;
        });
    assert done;
  }

  @Override
  public int get(Digest digest, ByteBuffer into) {
    int start = into.position();
    return onConnection(access -> access.get(digest, into.position(start)));
  }

  @Override
  public BitSet has(List<Digest> digests) {
    return onConnection(access -> access.has(digests));
  }

  @Override
  public Receipt.Signed receipt() {
    return onConnection(BlockAccess::receipt);
  }

  private <T> T onConnection(Function<BlockAccess, T> request) {
    Opened opened = opened();
    try {
      return request.apply(opened.access);
    } catch (ZansocException e) {
      if (e.code() != ErrorCode.UNREACHABLE
          || opened.connection.isOpen()
          || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return request.apply(opened().access);
    }
  }

  private Opened opened() {
    synchronized (this) {
      if (connection != null && access != null && connection.isOpen()) {
        return new Opened(connection, access);
      }
    }
    BlockConnection fresh = dialer.connect(slot.host(), slot.direct(), relay);
    BlockAccess permitted = fresh.open(permit);
    synchronized (this) {
      connection = fresh;
      access = permitted;
    }
    return new Opened(fresh, permitted);
  }

  private record Opened(BlockConnection connection, BlockAccess access) {}
}
