package cloud.zansoc.ledger.outbox;

import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.Ledger;
import cloud.zansoc.ledger.outbox.OutboxChain.Head;
import cloud.zansoc.ledger.outbox.OutboxChain.Trial;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes transactions of what is queued, and sends each once. */
final class Sender {
  /** The most transactions that are not final: as many blocks' worth as confirmations need. */
  private static final int MAX_OPEN = 1024;

  /** How many queued settlements are looked at for one batch; some may be of the same lease. */
  private static final int SETTLEMENTS_READ = 4 * Ledger.MAX_SETTLED_AT_ONCE;

  private final OutboxStore store;
  private final OutboxChain chain;
  private final OutboxOptions options;
  private final Broadcaster broadcaster;

  /** The last transaction of settlements; none since the process began: -1. */
  private long lastSettlements = -1;

  Sender(OutboxStore store, OutboxChain chain, OutboxOptions options, Broadcaster broadcaster) {
    this.store = store;
    this.chain = chain;
    this.options = options;
    this.broadcaster = broadcaster;
  }

  /** How many transactions are in no block, and how many are not final. */
  record Load(int unmined, int open) {
    private Load more() {
      return new Load(unmined + 1, open + 1);
    }
  }

  /** What goes into one transaction: operations, and the keys of the requests for them. */
  private record Batch(List<Operation> operations, List<String> keys) {}

  /** Sends until nothing more may be in flight, others and settlements in turns. */
  void send(Head head, Load load, Instant now) {
    Load current = load;
    boolean settlementsNext = false;
    int idle = 0;
    while (idle < 2 && current.unmined() < options.inFlight() && current.open() < MAX_OPEN) {
      Optional<Batch> batch = settlementsNext ? settlements(head) : other();
      Result result = batch.map(each -> send(each, head, now)).orElse(Result.NOTHING);
      if (result == Result.STOPPED) {
        return;
      }
      if (result == Result.SENT) {
        current = current.more();
        if (settlementsNext) {
          lastSettlements = store.lastNonce().orElse(-1);
        }
      }
      idle = result == Result.NOTHING ? idle + 1 : 0;
      settlementsNext = !settlementsNext;
    }
  }

  private enum Result {
    NOTHING,
    REFUSED,
    SENT,
    STOPPED
  }

  private Result send(Batch batch, Head head, Instant now) {
    return switch (chain.trial(batch.operations())) {
      case Trial.Refused(String reason) -> {
        store.refuse(batch.keys(), reason, now);
        yield Result.REFUSED;
      }
      case Trial.Accepted(long gas) -> sign(batch, gas, head, now);
    };
  }

  private Result sign(Batch batch, long gas, Head head, Instant now) {
    Fees fees = chain.market().usual();
    if (fees.most().compareTo(options.mostFee()) > 0) {
      broadcaster.complain(
          "gas costs %s wei, more than %s".formatted(fees.most(), options.mostFee()));
      return Result.STOPPED;
    }
    OptionalLong last = store.lastNonce();
    long nonce =
        last.isPresent() ? Math.max(last.getAsLong() + 1, head.nonces()) : chain.pendingNonces();
    Attempt attempt = chain.sign(batch.operations(), new OutboxChain.Terms(nonce, gas, fees), now);
    if (!store.prepare(nonce, attempt, batch.keys())) {
      return Result.STOPPED;
    }
    broadcaster.broadcast(attempt, now);
    return Result.SENT;
  }

  private Optional<Batch> other() {
    return store.queuedOthers(1).stream()
        .findFirst()
        .map(request -> new Batch(List.of(request.operation()), List.of(request.key())));
  }

  /**
   * Settlements of different leases. Fewer than fit into one transaction wait while earlier ones
   * are in no block yet: more may come, and then they cost less.
   */
  private Optional<Batch> settlements(Head head) {
    Map<LeaseId, List<String>> keys = new LinkedHashMap<>();
    for (Request request : store.queuedSettlements(SETTLEMENTS_READ)) {
      if (request.operation() instanceof Operation.Settle(LeaseId lease)) {
        if (keys.containsKey(lease) || keys.size() < Ledger.MAX_SETTLED_AT_ONCE) {
          keys.computeIfAbsent(lease, unseen -> new ArrayList<>()).add(request.key());
        }
      }
    }
    boolean waits = keys.size() < Ledger.MAX_SETTLED_AT_ONCE && lastSettlements >= head.nonces();
    if (keys.isEmpty() || waits) {
      return Optional.empty();
    }
    return Optional.of(
        new Batch(
            keys.keySet().stream().<Operation>map(Operation.Settle::new).toList(),
            keys.values().stream().flatMap(List::stream).toList()));
  }
}
