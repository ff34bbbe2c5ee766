package cloud.zansoc.ledger;

/**
 * What settling has paid.
 *
 * @param gross all that left the leases
 * @param fee the provider's commission in it
 */
public record Payment(Amount gross, Amount fee) {
  /** Nothing was due. */
  public static final Payment NONE = new Payment(Amount.ZERO, Amount.ZERO);

  public Payment {
    if (fee.compareTo(gross) > 0) {
      throw new IllegalArgumentException("a fee of " + fee + " of only " + gross);
    }
  }

  /** The payment of {@code gross}, divided as the ledger divides it. */
  public static Payment of(Amount gross) {
    return new Payment(gross, gross.commission());
  }

  /** What the hosts got. */
  public Amount net() {
    return gross.minus(fee);
  }

  /** Both payments together. */
  public Payment plus(Payment other) {
    return new Payment(gross.plus(other.gross), fee.plus(other.fee));
  }
}
