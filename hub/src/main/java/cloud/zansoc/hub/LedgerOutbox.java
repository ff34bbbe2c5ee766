package cloud.zansoc.hub;

import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOutboxChain;
import cloud.zansoc.ledger.outbox.Outbox;
import cloud.zansoc.ledger.outbox.OutboxLoop;
import cloud.zansoc.ledger.outbox.OutboxOptions;
import cloud.zansoc.ledger.outbox.OutboxStatus;
import cloud.zansoc.ledger.outbox.OutboxStore;
import cloud.zansoc.net.node.OutboxView;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/** What the hub sends to the chain of its ledger, with its own key, until closed. Thread-safe. */
final class LedgerOutbox implements Supplier<OutboxView>, AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final EvmKey key;
  private final Outbox outbox;
  private final OutboxLoop loop;
  private volatile Runnable moved = () -> {};

  private LedgerOutbox(EvmKey key, Outbox outbox) {
    this.key = key;
    this.outbox = outbox;
    this.loop = OutboxLoop.start(outbox, PAUSE, () -> moved.run());
  }

  /** Begins to send; the chain need not be there yet. */
  static LedgerOutbox start(LedgerNode node, EvmKey key, OutboxStore store, Clock clock) {
    EvmOutboxChain chain = new EvmOutboxChain(node.chain(), node.escrow(), key);
    return new LedgerOutbox(key, new Outbox(store, chain, OutboxOptions.usual(), clock));
  }

  /** Takes what the hub wants done. */
  Outbox outbox() {
    return outbox;
  }

  /** Has something run whenever requests have got further. */
  void whenMoved(Runnable told) {
    moved = told;
  }

  @Override
  public OutboxView get() {
    OutboxLoop.Progress progress = loop.progress();
    OutboxStatus status = progress.status();
    return new OutboxView(
        key.account().text(), status.queued(), status.sent(), status.mined(), progress.failure());
  }

  @Override
  public void close() {
    loop.close();
  }
}
