package cloud.zansoc.ledger.outbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A request and how far it is.
 *
 * @param nonce of its transaction, once one is signed
 * @param reason why it was refused or failed
 * @param transactions hashes of all transactions that were signed for it, at most one of which is
 *     ever done; the oldest first
 * @param changed when it came into this state
 */
public record OutboxEntry(
    Request request,
    State state,
    Optional<Long> nonce,
    Optional<String> reason,
    List<String> transactions,
    Instant changed) {
  public OutboxEntry {
    transactions = List.copyOf(transactions);
  }

  /**
   * The entry of a request that has a transaction.
   *
   * @param finished whether the transaction is
   * @param failure why a finished one has done nothing
   */
  public static OutboxEntry of(
      Request request,
      OutboxTransaction transaction,
      boolean finished,
      Optional<String> failure,
      Instant changed) {
    return new OutboxEntry(
        request,
        state(transaction, finished, failure),
        Optional.of(transaction.nonce()),
        finished ? failure : transaction.inclusion().flatMap(Inclusion::failure),
        transaction.attempts().stream().map(Attempt::hash).toList(),
        changed);
  }

  private static State state(
      OutboxTransaction transaction, boolean finished, Optional<String> failure) {
    if (finished) {
      return failure.isPresent() ? State.FAILED : State.CONFIRMED;
    }
    return transaction.inclusion().isPresent() ? State.MINED : State.SENT;
  }

  /** How far a request is. */
  public enum State {
    /** No transaction is signed for it yet. */
    QUEUED,
    /** A transaction is signed, and will be sent again until it is in a block. */
    SENT,
    /** Its transaction is in a block that may still be replaced. */
    MINED,
    /** Done: the block is as deep as was asked for. */
    CONFIRMED,
    /** The ledger refused it before a transaction was signed. */
    REFUSED,
    /** Its transaction did nothing, and that is as deep as was asked for. */
    FAILED
  }
}
