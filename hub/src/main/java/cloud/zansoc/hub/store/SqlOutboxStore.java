package cloud.zansoc.hub.store;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.outbox.Attempt;
import cloud.zansoc.ledger.outbox.Inclusion;
import cloud.zansoc.ledger.outbox.Operation;
import cloud.zansoc.ledger.outbox.OperationFormat;
import cloud.zansoc.ledger.outbox.OutboxEntry;
import cloud.zansoc.ledger.outbox.OutboxStore;
import cloud.zansoc.ledger.outbox.OutboxTransaction;
import cloud.zansoc.ledger.outbox.Request;
import cloud.zansoc.ledger.outbox.Submission;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The outbox of one account on one chain, on SQLite or PostgreSQL. */
public final class SqlOutboxStore implements OutboxStore {
  private final Database database;
  private final String sender;

  /**
   * The outbox of an account.
   *
   * @param chain the chain's number
   */
  public SqlOutboxStore(Database database, long chain, AccountId account) {
    this.database = database;
    this.sender = chain + "/" + account;
  }

  @Override
  public Submission add(List<Request> requests, int limit, Instant now) {
    return database.write(handle -> {
      Map<String, Request> fresh = new LinkedHashMap<>();
      for (Request request : requests) {
        Optional<Request> known =
            Optional.ofNullable(fresh.get(request.key()))
                .or(() -> OutboxRows.request(handle, sender, request.key()));
        known.filter(other -> !other.equals(request)).ifPresent(SqlOutboxStore::refuseConflict);
        if (known.isEmpty()) {
          fresh.put(request.key(), request);
        }
      }
      int waiting = queuedCount(handle);
      if (!fresh.isEmpty() && waiting + fresh.size() > limit) {
        return new Submission.Full(waiting, limit);
      }
      insert(handle, List.copyOf(fresh.values()), now);
      return new Submission.Accepted(fresh.size());
    });
  }

  private static void refuseConflict(Request known) {
    throw new ZansocException(
        ErrorCode.CONFLICT, "the key '" + known.key() + "' is that of another operation already");
  }

  private void insert(Handle handle, List<Request> requests, Instant now) {
    if (requests.isEmpty()) {
      return;
    }
    long position =
        handle
            .createQuery(
                "SELECT COALESCE(MAX(position), 0) FROM outbox_request WHERE sender = :sender")
            .bind("sender", sender)
            .mapTo(Long.class)
            .one();
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO outbox_request (sender, request_key, position, settlement, operation,"
                + " changed) VALUES (:sender, :key, :position, :settlement, :operation, :changed)");
    for (Request request : requests) {
      position++;
      batch
          .bind("sender", sender)
          .bind("key", request.key())
          .bind("position", position)
          .bind("settlement", request.operation() instanceof Operation.Settle ? 1 : 0)
          .bind("operation", OperationFormat.encode(request.operation()))
          .bind("changed", now.toEpochMilli())
          .add();
    }
    batch.execute();
  }

  @Override
  public Optional<OutboxEntry> entry(String key) {
    return database.read(handle -> OutboxRows.entry(handle, sender, key));
  }

  @Override
  public int queuedCount() {
    return database.read(this::queuedCount);
  }

  private int queuedCount(Handle handle) {
    return handle
        .createQuery(
            "SELECT COUNT(*) FROM outbox_request"
                + " WHERE sender = :sender AND nonce IS NULL AND refusal IS NULL")
        .bind("sender", sender)
        .mapTo(Integer.class)
        .one();
  }

  @Override
  public List<Request> queuedSettlements(int limit) {
    return queued(1, limit);
  }

  @Override
  public List<Request> queuedOthers(int limit) {
    return queued(0, limit);
  }

  private List<Request> queued(int settlement, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT request_key, operation FROM outbox_request WHERE sender = :sender"
                    + " AND settlement = :settlement AND nonce IS NULL AND refusal IS NULL"
                    + " ORDER BY position LIMIT :limit")
            .bind("sender", sender)
            .bind("settlement", settlement)
            .bind("limit", limit)
            .map((row, context) -> OutboxRows.request(row))
            .list());
  }

  @Override
  public void refuse(List<String> keys, String reason, Instant now) {
    database.run(handle -> {
      PreparedBatch batch =
          handle.prepareBatch(
              "UPDATE outbox_request SET refusal = :reason, changed = :changed"
                  + " WHERE sender = :sender AND request_key = :key"
                  + " AND nonce IS NULL AND refusal IS NULL");
      for (String key : keys) {
        batch
            .bind("reason", reason)
            .bind("changed", now.toEpochMilli())
            .bind("sender", sender)
            .bind("key", key)
            .add();
      }
      batch.execute();
    });
  }

  @Override
  public OptionalLong lastNonce() {
    return database.read(handle -> OutboxRows.nonce(handle, sender, "MAX"));
  }

  @Override
  public OptionalLong firstNonce() {
    return database.read(handle -> OutboxRows.nonce(handle, sender, "MIN"));
  }

  @Override
  public boolean prepare(long nonce, Attempt attempt, List<String> keys) {
    try {
      return database.write(handle -> {
        OptionalLong last = OutboxRows.nonce(handle, sender, "MAX");
        if (last.isPresent() && last.getAsLong() >= nonce) {
          return false;
        }
        OutboxRows.begin(handle, sender, nonce, attempt);
        if (assign(handle, nonce, keys) < keys.size()) {
          throw new Overtaken();
        }
        return true;
      });
    } catch (Overtaken another) {
      return false;
    }
  }

  /** Rolls a transaction of the database back: another writer had a request first. */
  private static final class Overtaken extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Gives queued requests their nonce, and says how many of them were queued. */
  private int assign(Handle handle, long nonce, List<String> keys) {
    PreparedBatch batch =
        handle.prepareBatch(
            "UPDATE outbox_request SET nonce = :nonce WHERE sender = :sender"
                + " AND request_key = :key AND nonce IS NULL AND refusal IS NULL");
    for (String key : keys) {
      batch.bind("nonce", nonce).bind("sender", sender).bind("key", key).add();
    }
    int assigned = 0;
    for (int changed : batch.execute()) {
      assigned += changed;
    }
    return assigned;
  }

  @Override
  public void replace(long nonce, Attempt attempt) {
    database.run(handle -> OutboxRows.add(handle, sender, nonce, attempt));
  }

  @Override
  public List<OutboxTransaction> open() {
    return database.read(handle -> OutboxRows.open(handle, sender));
  }

  @Override
  public void include(long nonce, Optional<Inclusion> inclusion, Instant now) {
    database.run(handle ->
        handle
            .createUpdate(
                "UPDATE outbox_transaction SET state = :state, mined_hash = :hash,"
                    + " mined_block = :block, failure = :failure, changed = :changed"
                    + " WHERE sender = :sender AND nonce = :nonce")
            .bind("state", inclusion.isPresent() ? OutboxRows.MINED : OutboxRows.SIGNED)
            .bind("hash", inclusion.map(Inclusion::hash).orElse(null))
            .bind("block", inclusion.map(Inclusion::block).orElse(null))
            .bind("failure", inclusion.flatMap(Inclusion::failure).orElse(null))
            .bind("changed", now.toEpochMilli())
            .bind("sender", sender)
            .bind("nonce", nonce)
            .execute());
  }

  @Override
  public void finish(long nonce, Optional<String> failure, Instant now) {
    database.run(handle ->
        handle
            .createUpdate(
                "UPDATE outbox_transaction SET state = :state, failure = :failure,"
                    + " changed = :changed WHERE sender = :sender AND nonce = :nonce")
            .bind("state", OutboxRows.FINISHED)
            .bind("failure", failure.orElse(null))
            .bind("changed", now.toEpochMilli())
            .bind("sender", sender)
            .bind("nonce", nonce)
            .execute());
  }

  @Override
  public int reopen(long fromNonce, Instant now) {
    return database.write(handle -> {
      int finished =
          handle
              .createQuery(
                  "SELECT COUNT(*) FROM outbox_transaction"
                      + " WHERE sender = :sender AND nonce >= :nonce AND state = :finished")
              .bind("sender", sender)
              .bind("nonce", fromNonce)
              .bind("finished", OutboxRows.FINISHED)
              .mapTo(Integer.class)
              .one();
      handle.execute(
          "UPDATE outbox_transaction SET state = 0, mined_hash = NULL, mined_block = NULL,"
              + " failure = NULL, changed = ? WHERE sender = ? AND nonce >= ?",
          now.toEpochMilli(),
          sender,
          fromNonce);
      return finished;
    });
  }

  @Override
  public int forget(Instant before) {
    return database.write(handle -> OutboxRows.forget(handle, sender, before));
  }
}
