package cloud.zansoc.ledger.outbox;

import java.math.BigInteger;
import java.time.Duration;

/**
 * How an outbox goes about its work.
 *
 * @param confirmations how many blocks lie above one whose transactions are final; 0: none
 * @param inFlight how many transactions are under way at most that are in no block yet
 * @param stuckAfter how long a transaction waits for a block before more is offered for it
 * @param mostFee above this, in wei for a unit of gas, nothing is offered
 * @param sharedAccount whether to go on where the account has sent what the outbox does not know.
 *     False stops there: another program uses the key, or the database is an older copy, and then
 *     what it has queued may have been done already
 */
public record OutboxOptions(
    int confirmations,
    int inFlight,
    Duration stuckAfter,
    BigInteger mostFee,
    boolean sharedAccount) {
  private static final int CONFIRMATIONS = 12;
  private static final int IN_FLIGHT = 16;
  private static final Duration STUCK_AFTER = Duration.ofSeconds(60);
  private static final BigInteger MOST_FEE = BigInteger.valueOf(500_000_000_000L);

  /** Refuses what cannot work. */
  public OutboxOptions {
    if (confirmations < 0 || inFlight < 1) {
      throw new IllegalArgumentException(
          confirmations + " confirmations, " + inFlight + " transactions in flight");
    }
    if (!stuckAfter.isPositive() || mostFee.signum() <= 0) {
      throw new IllegalArgumentException("times and fees of an outbox are positive");
    }
  }

  /** For a public chain. */
  public static OutboxOptions usual() {
    return new OutboxOptions(CONFIRMATIONS, IN_FLIGHT, STUCK_AFTER, MOST_FEE, false);
  }

  /** The same with other confirmations. */
  public OutboxOptions withConfirmations(int blocks) {
    return new OutboxOptions(blocks, inFlight, stuckAfter, mostFee, sharedAccount);
  }
}
