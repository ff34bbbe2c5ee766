package cloud.zansoc.host.measure;

/** Amounts over time. */
final class Rates {
  private static final double NANOS_PER_SECOND = 1e9;

  private Rates() {}

  /** {@code amount} in {@code nanos} nanoseconds, for one second; at least 1 if any was done. */
  static long perSecond(long amount, long nanos) {
    if (amount == 0) {
      return 0;
    }
    return Math.max(1, (long) (amount * NANOS_PER_SECOND / Math.max(1, nanos)));
  }
}
