package cloud.zansoc.ledger.outbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where the outbox of one account lies. Each method is done wholly or not at all, and durable when
 * it returns. Thread-safe, also between processes on the same database.
 */
public interface OutboxStore {
  /**
   * Keeps those requests that are not known yet, in their order behind all others.
   *
   * @throws cloud.zansoc.base.ZansocException CONFLICT where a key is known with another operation
   */
  Submission add(List<Request> requests, int limit, Instant now);

  /** The entry of a key. */
  Optional<OutboxEntry> entry(String key);

  /** How many are {@link OutboxEntry.State#QUEUED}. */
  int queuedCount();

  /** Queued requests that settle a lease, in their order. */
  List<Request> queuedSettlements(int limit);

  /** Queued requests of all other kinds, in their order. */
  List<Request> queuedOthers(int limit);

  /** Marks queued requests as refused. */
  void refuse(List<String> keys, String reason, Instant now);

  /** The highest nonce that a transaction was signed for. */
  OptionalLong lastNonce();

  /**
   * Records a transaction that is about to be sent for queued requests, which are no longer queued
   * then.
   *
   * @return false, and nothing is recorded, where another writer was faster: the nonce is not above
   *     all others, or a request is no longer queued
   */
  boolean prepare(long nonce, Attempt attempt, List<String> keys);

  /** Adds a transaction that is about to be sent in the place of earlier ones of its nonce. */
  void replace(long nonce, Attempt attempt);

  /** Transactions that are not finished, by ascending nonce. */
  List<OutboxTransaction> open();

  /** Records where a transaction is, or that it is in no block (any more). */
  void include(long nonce, Optional<Inclusion> inclusion, Instant now);

  /** Finishes a transaction: confirmed, or failed for a reason. */
  void finish(long nonce, Optional<String> failure, Instant now);

  /**
   * Takes back that transactions from a nonce on are in blocks: the chain has lost them.
   *
   * @return how many were finished before
   */
  int reopen(long fromNonce, Instant now);

  /** The lowest nonce that is still known. */
  OptionalLong firstNonce();

  /**
   * Forgets requests, and transactions but the last one, that were finished or refused before.
   *
   * @return how many requests
   */
  int forget(Instant before);
}
