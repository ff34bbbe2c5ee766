package cloud.zansoc.ledger.outbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** A store whose process dies at its writes: before one has happened, or after it has. */
final class CrashingStore implements OutboxStore {
  /** The death of the process. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Says where the process dies. */
  interface Fate {
    boolean strikes();
  }

  private final OutboxStore store;
  private final Fate fate;

  CrashingStore(OutboxStore store, Fate fate) {
    this.store = store;
    this.fate = fate;
  }

  private <T> T write(Supplier<T> action) {
    strike();
    T result = action.get();
    strike();
    return result;
  }

  private void run(Runnable action) {
    write(() -> {
      action.run();
      return true;
    });
  }

  private void strike() {
    if (fate.strikes()) {
      throw new Crash();
    }
  }

  @Override
  public Submission add(List<Request> requests, int limit, Instant now) {
    return write(() -> store.add(requests, limit, now));
  }

  @Override
  public Optional<OutboxEntry> entry(String key) {
    return store.entry(key);
  }

  @Override
  public int queuedCount() {
    return store.queuedCount();
  }

  @Override
  public List<Request> queuedSettlements(int limit) {
    return store.queuedSettlements(limit);
  }

  @Override
  public List<Request> queuedOthers(int limit) {
    return store.queuedOthers(limit);
  }

  @Override
  public void refuse(List<String> keys, String reason, Instant now) {
    run(() -> store.refuse(keys, reason, now));
  }

  @Override
  public OptionalLong lastNonce() {
    return store.lastNonce();
  }

  @Override
  public boolean prepare(long nonce, Attempt attempt, List<String> keys) {
    return write(() -> store.prepare(nonce, attempt, keys));
  }

  @Override
  public void replace(long nonce, Attempt attempt) {
    run(() -> store.replace(nonce, attempt));
  }

  @Override
  public List<OutboxTransaction> open() {
    return store.open();
  }

  @Override
  public void include(long nonce, Optional<Inclusion> inclusion, Instant now) {
    run(() -> store.include(nonce, inclusion, now));
  }

  @Override
  public void finish(long nonce, Optional<String> failure, Instant now) {
    run(() -> store.finish(nonce, failure, now));
  }

  @Override
  public int reopen(long fromNonce, Instant now) {
    return write(() -> store.reopen(fromNonce, now));
  }

  @Override
  public OptionalLong firstNonce() {
    return store.firstNonce();
  }

  @Override
  public int forget(Instant before) {
    return write(() -> store.forget(before));
  }
}
