package cloud.zansoc.ledger.outbox;

import java.util.List;
import java.util.Optional;

/**
 * What was signed for a nonce.
 *
 * @param attempts at least one; the oldest first
 * @param inclusion where one of them is in a block, as far as is known
 */
public record OutboxTransaction(long nonce, List<Attempt> attempts, Optional<Inclusion> inclusion) {
  /** Copies the attempts. */
  public OutboxTransaction {
    attempts = List.copyOf(attempts);
    if (attempts.isEmpty()) {
      throw new IllegalArgumentException("nonce " + nonce + " has no signed transaction");
    }
  }

  /** The one that offers most. */
  public Attempt newest() {
    return attempts.getLast();
  }
}
