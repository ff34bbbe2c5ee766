package cloud.zansoc.ledger.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hands stored transactions to the node. A node may lose or refuse what it was handed, so that its
 * answer decides nothing: what is in no block is handed over again. What is remembered here may be
 * lost at any time.
 */
final class Broadcaster {
  /** How often the same transaction is handed over. */
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

  private final OutboxChain chain;
  private final Map<String, Instant> sent = new HashMap<>();
  private Optional<String> complaint = Optional.empty();

  Broadcaster(OutboxChain chain) {
    this.chain = chain;
  }

  void broadcast(Attempt attempt, Instant now) {
    complaint = chain.broadcast(attempt).or(() -> complaint);
    sent.put(attempt.hash(), now);
  }

  /** The same, unless that was done a moment ago. */
  void broadcastAgain(Attempt attempt, Instant now) {
    Instant last = sent.get(attempt.hash());
    if (last == null || !now.isBefore(last.plus(AGAIN_AFTER))) {
      broadcast(attempt, now);
    }
  }

  void complain(String about) {
    complaint = Optional.of(about);
  }

  /** Forgets all others, and with that: what comes back later is handed over at once. */
  void retain(List<Attempt> attempts) {
    sent.keySet().retainAll(attempts.stream().map(Attempt::hash).toList());
  }

  Optional<String> takeComplaint() {
    Optional<String> taken = complaint;
    complaint = Optional.empty();
    return taken;
  }
}
