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

  /** Above all pauses between two steps: after this the node was away, and has to begin anew. */
  private static final Duration AWAY_AFTER = Duration.ofMinutes(5);

  private final OutboxChain chain;
  private final Map<String, Handed> handed = new HashMap<>();
  private Optional<String> complaint = Optional.empty();

  Broadcaster(OutboxChain chain) {
    this.chain = chain;
  }

  /** Since when the node has a transaction, and when it was handed over last. */
  private record Handed(Instant since, Instant last) {}

  void broadcast(Attempt attempt, Instant now) {
    complaint = chain.broadcast(attempt).or(() -> complaint);
    handed.merge(
        attempt.hash(),
        new Handed(now, now),
        (before, fresh) -> isAway(before, now) ? fresh : new Handed(before.since(), now));
  }

  private static boolean isAway(Handed before, Instant now) {
    return !now.isBefore(before.last().plus(AWAY_AFTER));
  }

  /**
   * Hands over all that were signed for a nonce, unless that was done a moment ago: a node that
   * does not take the one that offers most, for want of funds, may take an earlier one.
   */
  void broadcastAgain(OutboxTransaction transaction, Instant now) {
    Handed before = handed.get(transaction.newest().hash());
    if (before == null || !now.isBefore(before.last().plus(AGAIN_AFTER))) {
      transaction.attempts().forEach(each -> broadcast(each, now));
    }
  }

  /** Whether the node has had a transaction for so long. */
  boolean hasHad(Attempt attempt, Duration time, Instant now) {
    Handed before = handed.get(attempt.hash());
    return before != null && !isAway(before, now) && !now.isBefore(before.since().plus(time));
  }

  void complain(String about) {
    complaint = Optional.of(about);
  }

  /** Forgets all others, and with that: what comes back later is handed over at once. */
  void retain(List<OutboxTransaction> waiting) {
    handed
        .keySet()
        .retainAll(
            waiting.stream().flatMap(each -> each.attempts().stream()).map(Attempt::hash).toList());
  }

  Optional<String> takeComplaint() {
    Optional<String> taken = complaint;
    complaint = Optional.empty();
    return taken;
  }
}
