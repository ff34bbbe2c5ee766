package cloud.zansoc.compute.hub;

/** Why leases are closed, in the escrow's numbers (docs/reference/contracts.md). */
final class CloseReasons {
  static final int NO_LONGER_NEEDED = 1;
  static final int LAPSED = 2;
  static final int HOST_LEAVES = 3;
  static final int HOST_UNREACHABLE = 4;
  static final int MOVED = 5;
  static final int BROKEN_TERMS = 6;

  private CloseReasons() {}
}
