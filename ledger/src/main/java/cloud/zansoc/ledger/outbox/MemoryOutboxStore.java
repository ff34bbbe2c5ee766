package cloud.zansoc.ledger.outbox;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The outbox in memory: the model of the durable ones, and enough for a process that may forget.
 */
public final class MemoryOutboxStore implements OutboxStore {
  /** Guards both maps. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final TreeMap<Long, Slot> slots = new TreeMap<>();

  private record Row(
      Request request, Optional<Long> nonce, Optional<String> refusal, Instant changed) {
    boolean isQueued() {
      return nonce.isEmpty() && refusal.isEmpty();
    }

    boolean settles() {
      return request.operation() instanceof Operation.Settle;
    }
  }

  private record Slot(
      OutboxTransaction transaction, boolean finished, Optional<String> failure, Instant changed) {}

  @Override
  public Submission add(List<Request> requests, int limit, Instant now) {
    return locked(() -> {
      Map<String, Row> fresh = new LinkedHashMap<>();
      for (Request request : requests) {
        Row known = rows.getOrDefault(request.key(), fresh.get(request.key()));
        if (known == null) {
          fresh.put(request.key(), new Row(request, Optional.empty(), Optional.empty(), now));
        } else if (!known.request().equals(request)) {
          throw new ZansocException(
              ErrorCode.CONFLICT,
              "the key '" + request.key() + "' is that of another operation already");
        }
      }
      int waiting = queuedCount();
      if (!fresh.isEmpty() && waiting + fresh.size() > limit) {
        return new Submission.Full(waiting, limit);
      }
      rows.putAll(fresh);
      return new Submission.Accepted(fresh.size());
    });
  }

  @Override
  public Optional<OutboxEntry> entry(String key) {
    return locked(() -> Optional.ofNullable(rows.get(key)).map(this::entry));
  }

  private OutboxEntry entry(Row row) {
    return row.nonce()
        .flatMap(nonce -> Optional.ofNullable(slots.get(nonce)))
        .map(slot -> entry(row, slot))
        .orElseGet(() ->
            new OutboxEntry(
                row.request(),
                row.isQueued() ? OutboxEntry.State.QUEUED : OutboxEntry.State.REFUSED,
                Optional.empty(),
                row.refusal(),
                List.of(),
                row.changed()));
  }

  private static OutboxEntry entry(Row row, Slot slot) {
    return OutboxEntry.of(
        row.request(), slot.transaction(), slot.finished(), slot.failure(), slot.changed());
  }

  @Override
  public int queuedCount() {
    return locked(() -> (int) queuedRows().count());
  }

  @Override
  public List<Request> queuedSettlements(int limit) {
    return queued(Row::settles, limit);
  }

  @Override
  public List<Request> queuedOthers(int limit) {
    return queued(row -> !row.settles(), limit);
  }

  private List<Request> queued(Predicate<Row> which, int limit) {
    return locked(() -> queuedRows().filter(which).limit(limit).map(Row::request).toList());
  }

  private Stream<Row> queuedRows() {
    return rows.values().stream().filter(Row::isQueued);
  }

  @Override
  public void refuse(List<String> keys, String reason, Instant now) {
    run(() ->
        keys.forEach(key ->
            rows.computeIfPresent(
                key,
                (same, row) ->
                    row.isQueued()
                        ? new Row(row.request(), Optional.empty(), Optional.of(reason), now)
                        : row)));
  }

  @Override
  public OptionalLong lastNonce() {
    return locked(() -> slots.isEmpty() ? OptionalLong.empty() : OptionalLong.of(slots.lastKey()));
  }

  @Override
  public OptionalLong firstNonce() {
    return locked(() -> slots.isEmpty() ? OptionalLong.empty() : OptionalLong.of(slots.firstKey()));
  }

  @Override
  public boolean prepare(long nonce, Attempt attempt, List<String> keys) {
    return locked(() -> {
      boolean queued = keys.stream().allMatch(this::isQueued);
      boolean highest = slots.isEmpty() || slots.lastKey() < nonce;
      if (!queued || !highest) {
        return false;
      }
      slots.put(nonce, slot(nonce, List.of(attempt), Optional.empty(), attempt.signed()));
      keys.forEach(key ->
          rows.computeIfPresent(
              key,
              (same, row) ->
                  new Row(row.request(), Optional.of(nonce), Optional.empty(), row.changed())));
      return true;
    });
  }

  private boolean isQueued(String key) {
    Row row = rows.get(key);
    return row != null && row.isQueued();
  }

  @Override
  public void replace(long nonce, Attempt attempt) {
    change(
        nonce,
        slot -> {
          List<Attempt> attempts =
              Stream.concat(slot.transaction().attempts().stream(), Stream.of(attempt)).toList();
          return slot(nonce, attempts, slot.transaction().inclusion(), slot.changed());
        });
  }

  @Override
  public List<OutboxTransaction> open() {
    return locked(() ->
        slots.values().stream().filter(slot -> !slot.finished()).map(Slot::transaction).toList());
  }

  @Override
  public void include(long nonce, Optional<Inclusion> inclusion, Instant now) {
    change(nonce, slot -> slot(nonce, slot.transaction().attempts(), inclusion, now));
  }

  @Override
  public void finish(long nonce, Optional<String> failure, Instant now) {
    change(nonce, slot -> new Slot(slot.transaction(), true, failure, now));
  }

  @Override
  public int reopen(long fromNonce, Instant now) {
    return locked(() -> {
      int finished =
          (int) slots.tailMap(fromNonce).values().stream().filter(Slot::finished).count();
      slots
          .tailMap(fromNonce)
          .replaceAll(
              (nonce, slot) -> slot(nonce, slot.transaction().attempts(), Optional.empty(), now));
      return finished;
    });
  }

  @Override
  public int forget(Instant before) {
    return locked(() -> {
      List<Long> old =
          slots.entrySet().stream()
              .filter(each -> each.getValue().finished())
              .filter(each -> each.getValue().changed().isBefore(before))
              .map(Map.Entry::getKey)
              .filter(nonce -> nonce < slots.lastKey())
              .toList();
      old.forEach(slots::remove);
      int known = rows.size();
      rows.values()
          .removeIf(row ->
              row.nonce().filter(old::contains).isPresent()
                  || (row.refusal().isPresent() && row.changed().isBefore(before)));
      return known - rows.size();
    });
  }

  private interface Change {
    Slot of(Slot slot);
  }

  private void change(long nonce, Change change) {
    run(() -> {
      @Nullable Slot slot = slots.get(nonce);
      if (slot == null) {
        throw new IllegalStateException("no transaction with nonce " + nonce);
      }
      slots.put(nonce, change.of(slot));
    });
  }

  private static Slot slot(
      long nonce, List<Attempt> attempts, Optional<Inclusion> inclusion, Instant changed) {
    return new Slot(
        new OutboxTransaction(nonce, attempts, inclusion), false, Optional.empty(), changed);
  }

  private void run(Runnable action) {
    locked(() -> {
      action.run();
      return true;
    });
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
