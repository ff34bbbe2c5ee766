package cloud.zansoc.storage.host;

import cloud.zansoc.base.Digest;
import java.util.List;

/**
 * What one shard durably holds, damaged blocks left out.
 *
 * @param bytes the sum of the blocks' sizes
 * @param digests the blocks, in ascending order
 */
public record ShardHoldings(long bytes, List<Digest> digests) {
  public ShardHoldings {
    digests = List.copyOf(digests);
  }
}
