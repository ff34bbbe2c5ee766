package cloud.zansoc.hub.store;

import cloud.zansoc.ledger.outbox.Attempt;
import cloud.zansoc.ledger.outbox.Fees;
import cloud.zansoc.ledger.outbox.Inclusion;
import cloud.zansoc.ledger.outbox.OperationFormat;
import cloud.zansoc.ledger.outbox.OutboxEntry;
import cloud.zansoc.ledger.outbox.OutboxTransaction;
import cloud.zansoc.ledger.outbox.Request;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The rows of the outbox, within a transaction of the database. */
final class OutboxRows {
  static final int SIGNED = 0;
  static final int MINED = 1;
  static final int FINISHED = 2;

  private static final String ATTEMPTS =
      "SELECT a.nonce, a.hash, a.raw, a.most_fee, a.tip, a.signed FROM outbox_attempt a";

  private OutboxRows() {}

  /** A transaction with what only its finished state has. */
  private record TransactionRow(
      OutboxTransaction transaction, boolean finished, Optional<String> failure, Instant changed) {}

  private record RequestRow(
      Request request, Optional<Long> nonce, Optional<String> refusal, Instant changed) {}

  private record AttemptRow(long nonce, Attempt attempt) {}

  static Request request(ResultSet row) throws SQLException {
    return new Request(
        row.getString("request_key"), OperationFormat.decode(row.getBytes("operation")));
  }

  static Optional<Request> request(Handle handle, String sender, String key) {
    return row(handle, sender, key).map(RequestRow::request);
  }

  private static Optional<RequestRow> row(Handle handle, String sender, String key) {
    return handle
        .createQuery(
            "SELECT request_key, operation, nonce, refusal, changed FROM outbox_request"
                + " WHERE sender = :sender AND request_key = :key")
        .bind("sender", sender)
        .bind("key", key)
        .map((row, context) ->
            new RequestRow(
                request(row),
                Optional.ofNullable(row.getObject("nonce"))
                    .map(nonce -> ((Number) nonce).longValue()),
                Optional.ofNullable(row.getString("refusal")),
                Instant.ofEpochMilli(row.getLong("changed"))))
        .findOne();
  }

  static Optional<OutboxEntry> entry(Handle handle, String sender, String key) {
    return row(handle, sender, key)
        .map(row ->
            row.nonce()
                .map(nonce -> entry(row, transaction(handle, sender, nonce)))
                .orElseGet(() -> withoutTransaction(row)));
  }

  private static OutboxEntry entry(RequestRow row, TransactionRow transaction) {
    return OutboxEntry.of(
        row.request(),
        transaction.transaction(),
        transaction.finished(),
        transaction.failure(),
        transaction.changed());
  }

  private static OutboxEntry withoutTransaction(RequestRow row) {
    return new OutboxEntry(
        row.request(),
        row.refusal().isPresent() ? OutboxEntry.State.REFUSED : OutboxEntry.State.QUEUED,
        Optional.empty(),
        row.refusal(),
        List.of(),
        row.changed());
  }

  private static TransactionRow transaction(Handle handle, String sender, long nonce) {
    List<Attempt> attempts =
        handle
            .createQuery(
                ATTEMPTS + " WHERE a.sender = :sender AND a.nonce = :nonce ORDER BY a.attempt")
            .bind("sender", sender)
            .bind("nonce", nonce)
            .map((row, context) -> attempt(row).attempt())
            .list();
    return handle
        .createQuery(
            "SELECT nonce, state, mined_hash, mined_block, failure, changed"
                + " FROM outbox_transaction WHERE sender = :sender AND nonce = :nonce")
        .bind("sender", sender)
        .bind("nonce", nonce)
        .map((row, context) -> transaction(row, attempts))
        .one();
  }

  static List<OutboxTransaction> open(Handle handle, String sender) {
    Map<Long, List<Attempt>> attempts =
        handle
            .createQuery(
                ATTEMPTS
                    + " JOIN outbox_transaction t ON t.sender = a.sender AND t.nonce = a.nonce"
                    + " WHERE t.sender = :sender AND t.state < 2 ORDER BY a.nonce, a.attempt")
            .bind("sender", sender)
            .map((row, context) -> attempt(row))
            .collect(
                Collectors.groupingBy(
                    AttemptRow::nonce,
                    Collectors.mapping(AttemptRow::attempt, Collectors.toList())));
    return handle
        .createQuery(
            "SELECT nonce, state, mined_hash, mined_block, failure, changed"
                + " FROM outbox_transaction WHERE sender = :sender AND state < 2 ORDER BY nonce")
        .bind("sender", sender)
        .map((row, context) ->
            transaction(row, attempts.getOrDefault(row.getLong("nonce"), List.of())).transaction())
        .list();
  }

  private static TransactionRow transaction(ResultSet row, List<Attempt> attempts)
      throws SQLException {
    @Nullable String hash = row.getString("mined_hash");
    Optional<String> failure = Optional.ofNullable(row.getString("failure"));
    long block = row.getLong("mined_block");
    return new TransactionRow(
        new OutboxTransaction(
            row.getLong("nonce"),
            attempts,
            Optional.ofNullable(hash).map(mined -> new Inclusion(mined, block, failure))),
        row.getInt("state") == FINISHED,
        failure,
        Instant.ofEpochMilli(row.getLong("changed")));
  }

  private static AttemptRow attempt(ResultSet row) throws SQLException {
    Fees fees =
        new Fees(new BigInteger(row.getString("most_fee")), new BigInteger(row.getString("tip")));
    return new AttemptRow(
        row.getLong("nonce"),
        new Attempt(
            row.getString("hash"),
            row.getString("raw"),
            fees,
            Instant.ofEpochMilli(row.getLong("signed"))));
  }

  /** A transaction that was signed for the first time. */
  static void begin(Handle handle, String sender, long nonce, Attempt attempt) {
    handle.execute(
        "INSERT INTO outbox_transaction (sender, nonce, state, changed) VALUES (?, ?, ?, ?)",
        sender,
        nonce,
        SIGNED,
        attempt.signed().toEpochMilli());
    add(handle, sender, nonce, attempt);
  }

  static void add(Handle handle, String sender, long nonce, Attempt attempt) {
    handle
        .createUpdate(
            "INSERT INTO outbox_attempt (sender, nonce, attempt, hash, raw, most_fee, tip, signed)"
                + " SELECT :sender, :nonce, COUNT(*), :hash, :raw, :most, :tip, :signed"
                + " FROM outbox_attempt WHERE sender = :sender AND nonce = :nonce")
        .bind("sender", sender)
        .bind("nonce", nonce)
        .bind("hash", attempt.hash())
        .bind("raw", attempt.raw())
        .bind("most", attempt.fees().most().toString())
        .bind("tip", attempt.fees().tip().toString())
        .bind("signed", attempt.signed().toEpochMilli())
        .execute();
  }

  /** The lowest or highest nonce: {@code extreme} is MIN or MAX. */
  static OptionalLong nonce(Handle handle, String sender, String extreme) {
    return handle
        .createQuery(
            "SELECT nonce FROM outbox_transaction WHERE sender = :sender ORDER BY nonce "
                + (extreme.equals("MAX") ? "DESC" : "ASC")
                + " LIMIT 1")
        .bind("sender", sender)
        .mapTo(Long.class)
        .findOne()
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  static int forget(Handle handle, String sender, Instant before) {
    long time = before.toEpochMilli();
    long last = nonce(handle, sender, "MAX").orElse(-1);
    String old =
        " (SELECT nonce FROM outbox_transaction WHERE sender = ? AND state = 2 AND changed < ?"
            + " AND nonce < ?)";
    int forgotten =
        handle.execute(
            "DELETE FROM outbox_request WHERE sender = ? AND nonce IN" + old,
            sender,
            sender,
            time,
            last);
    forgotten +=
        handle.execute(
            "DELETE FROM outbox_request"
                + " WHERE sender = ? AND refusal IS NOT NULL AND changed < ?",
            sender,
            time);
    handle.execute(
        "DELETE FROM outbox_attempt WHERE sender = ? AND nonce IN" + old,
        sender,
        sender,
        time,
        last);
    handle.execute(
        "DELETE FROM outbox_transaction WHERE sender = ? AND state = 2 AND changed < ?"
            + " AND nonce < ?",
        sender,
        time,
        last);
    return forgotten;
  }
}
