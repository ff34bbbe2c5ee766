package cloud.zansoc.net.block;

import cloud.zansoc.base.ByteSize;
import java.util.Optional;

/**
 * How fast a host may receive and send blocks, over all its connections together: two token
 * buckets, each as deep as one second. Thread-safe; may be changed while in use.
 */
public final class BandwidthLimit {
  private final TokenBucket up = new TokenBucket();
  private final TokenBucket down = new TokenBucket();

  /** No limit, until one is set. */
  public static BandwidthLimit none() {
    return new BandwidthLimit();
  }

  private BandwidthLimit() {}

  /** Sets how many bytes a second may be sent; empty for no limit. */
  public void setUp(Optional<ByteSize> bytesPerSecond) {
    up.setRate(rate(bytesPerSecond));
  }

  /** Sets how many bytes a second may be received; empty for no limit. */
  public void setDown(Optional<ByteSize> bytesPerSecond) {
    down.setRate(rate(bytesPerSecond));
  }

  TokenBucket up() {
    return up;
  }

  TokenBucket down() {
    return down;
  }

  private static long rate(Optional<ByteSize> bytesPerSecond) {
    long rate = bytesPerSecond.map(ByteSize::bytes).orElse(TokenBucket.UNLIMITED);
    if (bytesPerSecond.isPresent() && rate == 0) {
      throw new IllegalArgumentException("a bandwidth of 0 would never move a byte; pause instead");
    }
    return rate;
  }
}
