package cloud.zansoc.ledger.outbox;

import cloud.zansoc.ledger.outbox.OutboxChain.Head;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out what became of signed transactions, and sends those again that are in no block: the
 * same ones, or the same with higher fees. What it remembers itself may be lost at any time.
 */
final class Follower {
  /** For how many blocks a node may not find a transaction whose nonce is spent. */
  private static final long MISSING_BLOCKS = 64;

  private final OutboxStore store;
  private final OutboxChain chain;
  private final OutboxOptions options;
  private final Broadcaster broadcaster;
  private final Map<Long, Long> missingSince = new HashMap<>();

  Follower(OutboxStore store, OutboxChain chain, OutboxOptions options, Broadcaster broadcaster) {
    this.store = store;
    this.chain = chain;
    this.options = options;
    this.broadcaster = broadcaster;
  }

  void follow(List<OutboxTransaction> open, Head head, Instant now) {
    missingSince.keySet().removeIf(nonce -> nonce >= head.nonces());
    List<OutboxTransaction> spent =
        open.stream().filter(each -> each.nonce() < head.nonces()).toList();
    spent.forEach(each -> look(each, head, now));
    List<OutboxTransaction> waiting =
        open.stream().filter(each -> each.nonce() >= head.nonces()).toList();
    broadcaster.retain(waiting);
    waiting.forEach(each -> push(each, head, now));
  }

  /** Looks where a transaction is whose nonce is spent. */
  private void look(OutboxTransaction transaction, Head head, Instant now) {
    if (transaction.inclusion().filter(known -> !isDeep(known, head)).isPresent()) {
      return;
    }
    Optional<Inclusion> found = find(transaction);
    if (found.isEmpty()) {
      missing(transaction, head, now);
      return;
    }
    missingSince.remove(transaction.nonce());
    if (!found.equals(transaction.inclusion())) {
      store.include(transaction.nonce(), found, now);
    }
    if (isDeep(found.get(), head)) {
      store.finish(transaction.nonce(), found.get().failure(), now);
    }
  }

  private Optional<Inclusion> find(OutboxTransaction transaction) {
    return transaction.attempts().reversed().stream()
        .map(chain::inclusion)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private boolean isDeep(Inclusion inclusion, Head head) {
    return inclusion.block() <= head.height() - options.confirmations();
  }

  /** A node may lag behind; if it never finds the transaction, somebody else took the nonce. */
  private void missing(OutboxTransaction transaction, Head head, Instant now) {
    if (transaction.inclusion().isPresent()) {
      store.include(transaction.nonce(), Optional.empty(), now);
    }
    long since = missingSince.computeIfAbsent(transaction.nonce(), nonce -> head.height());
    if (head.height() - since >= MISSING_BLOCKS + options.confirmations()) {
      store.finish(
          transaction.nonce(),
          Optional.of(
              "nonce %d of the account was spent on a transaction that is not the outbox's"
                  .formatted(transaction.nonce())),
          now);
    }
  }

  /** Sends a transaction that is in no block. */
  private void push(OutboxTransaction transaction, Head head, Instant now) {
    Attempt newest = transaction.newest();
    boolean aged = broadcaster.hasHad(newest, options.stuckAfter(), now);
    Optional<Fees> raised = aged ? raised(transaction, head) : Optional.empty();
    if (raised.isPresent()) {
      Attempt replacement = chain.resign(newest, raised.get(), now);
      store.replace(transaction.nonce(), replacement);
      broadcaster.broadcast(replacement, now);
    } else {
      broadcaster.broadcastAgain(transaction, now);
    }
  }

  /**
   * The fees that may move what is stuck: the first that waits, and all that offer too little. What
   * waits for these only would not be helped.
   */
  private Optional<Fees> raised(OutboxTransaction transaction, Head head) {
    OutboxChain.Market market = chain.market();
    Fees fees = transaction.newest().fees();
    boolean first = transaction.nonce() == head.nonces();
    if (!first && fees.most().compareTo(market.floor()) >= 0) {
      return Optional.empty();
    }
    return Optional.of(fees.raised(market.usual()))
        .filter(higher -> higher.most().compareTo(options.mostFee()) <= 0);
  }
}
