package cloud.zansoc.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.net.block.BlockAccess;
import cloud.zansoc.net.block.BlockService;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/**
 * The owner's gate around a block service: nothing is stored while it is closed. Reading goes on,
 * and so does asking what is there and for a receipt of what was stored before.
 */
final class GatedBlockService implements BlockService {
  private final BlockService service;
  private final Gate gate;

  GatedBlockService(BlockService service, Gate gate) {
    this.service = service;
    this.gate = gate;
  }

  @Override
  public BlockAccess open(PeerId client, Permit.Signed permit) {
    BlockAccess access = service.open(client, permit);
    return permit.permit().action() == Permit.Action.PUT ? new GatedAccess(access) : access;
  }

  private final class GatedAccess implements BlockAccess {
    private final BlockAccess access;

    GatedAccess(BlockAccess access) {
      this.access = access;
    }

    @Override
    public void put(Digest digest, ByteBuffer block) {
      gate.requireOpen();
      access.put(digest, block);
    }

    @Override
    public int get(Digest digest, ByteBuffer into) {
      return access.get(digest, into);
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
