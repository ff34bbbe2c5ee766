package cloud.zansoc.ledger.outbox;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One account's way to its chain. Methods but {@link #sign} and {@link #resign} ask a node and may
 * block; where it does not answer, or answers nonsense, they fail with a {@link
 * cloud.zansoc.base.ZansocException}. Used by one thread at a time.
 */
public interface OutboxChain {
  /**
   * How far the chain is.
   *
   * @param height of the newest block
   * @param nonces how many transactions of the account its blocks have
   */
  record Head(long height, long nonces) {}

  /**
   * What gas costs now.
   *
   * @param usual what gets a transaction into one of the next blocks
   * @param floor who offers less than this at most is not in the next block
   */
  record Market(Fees usual, BigInteger floor) {}

  /** What a transaction says beside what it does; {@code gas} is the most that it may use. */
  record Terms(long nonce, long gas, Fees fees) {}

  /** What the ledger would do with operations on the state of the next block. */
  sealed interface Trial {
    /** It would do them, with so much gas at most. */
    record Accepted(long gas) implements Trial {}

    /** It would refuse them. */
    record Refused(String reason) implements Trial {}
  }

  /** How far the chain is. */
  Head head();

  /** How many transactions of the account are in blocks or wait at the node. */
  long pendingNonces();

  /** What gas costs now. */
  Market market();

  /** Tries operations: settlements of different leases, or a single other operation. */
  Trial trial(List<Operation> operations);

  /** Signs one transaction for operations that were tried. Sends nothing. */
  Attempt sign(List<Operation> operations, Terms terms, Instant now);

  /** The same transaction with other fees. Sends nothing. */
  Attempt resign(Attempt attempt, Fees fees, Instant now);

  /**
   * Hands a transaction to the node.
   *
   * @return the node's complaint where it did not take it, be it only that it has it already
   */
  Optional<String> broadcast(Attempt attempt);

  /** Where a transaction is in a block, as the node sees the chain now. */
  Optional<Inclusion> inclusion(Attempt attempt);
}
