package cloud.zansoc.base;

import java.time.Duration;

/** The limits that more than one module must agree on. A limit of one class lives in that class. */
public final class Limits {
  /** The largest block, in bytes. */
  public static final int BLOCK_BYTES = 256 * 1024;

  /** The most hosts that one stripe can lie on: the size of the field less one. */
  public static final int MAX_STRIPE_BLOCKS = 255;

  /** How far two clocks may differ before a permit is refused. */
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  /** The longest object key, in bytes of UTF-8, as in S3. */
  public static final int OBJECT_KEY_BYTES = 1024;

  private Limits() {}
}
