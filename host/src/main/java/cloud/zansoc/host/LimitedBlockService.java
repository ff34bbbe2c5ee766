package cloud.zansoc.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.net.block.BlockAccess;
import cloud.zansoc.net.block.BlockService;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/**
 * The owner's limits around a block service: nothing is stored while the gate is closed, and blocks
 * pass no faster than the throttles allow. Waiting here keeps a request open, so that the
 * transport's flow control slows the peer down.
 */
final class LimitedBlockService implements BlockService {
  private final BlockService service;
  private final Gate gate;
  private final Traffic traffic;

  LimitedBlockService(BlockService service, Gate gate, Traffic traffic) {
    this.service = service;
    this.gate = gate;
    this.traffic = traffic;
  }

  @Override
  public BlockAccess open(PeerId client, Permit.Signed permit) {
    if (permit.permit().action() == Permit.Action.PUT) {
      requireOpen();
    }
    return new LimitedAccess(service.open(client, permit));
  }

  private void requireOpen() {
    gate.closed()
        .ifPresent(reason -> {
          throw new ZansocException(
              ErrorCode.HOST_PAUSED,
              "this host takes nothing new, it is " + reason + ": store on another host");
        });
  }

  private final class LimitedAccess implements BlockAccess {
    private final BlockAccess access;

    LimitedAccess(BlockAccess access) {
      this.access = access;
    }

    @Override
    public void put(Digest digest, ByteBuffer block) {
      requireOpen();
      traffic.received(block.remaining());
      access.put(digest, block);
    }

    @Override
    public int get(Digest digest, ByteBuffer into) {
      int bytes = access.get(digest, into);
      traffic.sent(bytes);
      return bytes;
    }

    @Override
    public BitSet has(List<Digest> digests) {
      return access.has(digests);
    }

    @Override
    public Receipt.Signed receipt() {
      return access.receipt();
    }
  }
}
