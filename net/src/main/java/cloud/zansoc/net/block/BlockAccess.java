package cloud.zansoc.net.block;

import cloud.zansoc.base.Digest;
import cloud.zansoc.codec.format.Receipt;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/**
 * What one permit lets its client do with one shard on one host. The host implements it over its
 * store; the transport carries it, so that a client sees the same interface over a connection.
 *
 * <p>All methods block, may be called from many (virtual) threads at once, and answer an interrupt
 * by giving the request up. They throw {@link cloud.zansoc.base.ZansocException}: PERMIT_INVALID
 * (the action is not permitted), PERMIT_EXHAUSTED, PERMIT_EXPIRED, NO_SPACE, HOST_PAUSED, NOT_FOUND
 * (the shard has no such block), DAMAGED, and over a connection also UNREACHABLE and TIMED_OUT.
 */
public interface BlockAccess {
  /**
   * Stores a block; returns when it is durable. Storing what is already there succeeds.
   *
   * @param block 1 to 256 KiB, whose SHA-256 is {@code digest}; its position is left as it was
   */
  void put(Digest digest, ByteBuffer block);

  /**
   * Reads a block into {@code into} from its position, which moves by the block's size. The host
   * verified it; a client verifies it again.
   *
   * @return the block's size in bytes
   */
  int get(Digest digest, ByteBuffer into);

  /** Which of {@code digests} (at most {@value #MAX_HAS}) the shard holds durably. */
  BitSet has(List<Digest> digests);

  /** The host's receipt for what was done under this permit so far. */
  Receipt.Signed receipt();

  /** The most digests that one {@link #has} may ask for. */
  int MAX_HAS = 4096;
}
