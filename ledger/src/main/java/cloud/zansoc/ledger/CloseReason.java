package cloud.zansoc.ledger;

import java.util.Arrays;

/** Why a lease was closed, for the record only. Numbers are never reused. */
public enum CloseReason {
  NONE_GIVEN(0),
  NO_LONGER_NEEDED(1),
  LAPSED(2),
  HOST_LEAVES(3),
  HOST_UNREACHABLE(4),
  MOVED(5),
  BROKEN_TERMS(6);

  private final int number;

  CloseReason(int number) {
    this.number = number;
  }

  /** The stable number, as the escrow records it. */
  public int number() {
    return number;
  }

  /**
   * The reason with a number.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static CloseReason of(int number) {
    return Arrays.stream(values())
        .filter(reason -> reason.number == number)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no reason to close a lease has number " + number));
  }
}
