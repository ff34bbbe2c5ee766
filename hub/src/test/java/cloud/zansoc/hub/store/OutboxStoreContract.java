package cloud.zansoc.hub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.outbox.Attempt;
import cloud.zansoc.ledger.outbox.Fees;
import cloud.zansoc.ledger.outbox.Inclusion;
import cloud.zansoc.ledger.outbox.Operation;
import cloud.zansoc.ledger.outbox.OutboxEntry;
import cloud.zansoc.ledger.outbox.OutboxEntry.State;
import cloud.zansoc.ledger.outbox.OutboxStore;
import cloud.zansoc.ledger.outbox.OutboxTransaction;
import cloud.zansoc.ledger.outbox.Request;
import cloud.zansoc.ledger.outbox.Submission;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of an outbox does: those in a database, and their model in memory. */
abstract class OutboxStoreContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(60);
  private static final int LIMIT = 1000;
  private static final LeaseId LEASE = new LeaseId("0x" + "ab".repeat(32));

  private OutboxStore store;

  /** A new, empty store. */
  abstract OutboxStore newStore();

  @BeforeEach
  final void open() {
    store = newStore();
  }

  @Test
  void empty_store_hasNothing() {
    assertThat(store.entry("a")).isEmpty();
    assertThat(store.queuedCount()).isZero();
    assertThat(store.queuedSettlements(9)).isEmpty();
    assertThat(store.queuedOthers(9)).isEmpty();
    assertThat(store.open()).isEmpty();
    assertThat(store.lastNonce()).isEmpty();
    assertThat(store.firstNonce()).isEmpty();
    assertThat(store.add(List.of(), LIMIT, NOW)).isEqualTo(new Submission.Accepted(0));
    assertThat(store.reopen(0, NOW)).isZero();
    assertThat(store.forget(LATER)).isZero();
  }

  @Test
  void operations_ofEveryKind_comeBackAsTheyWere() {
    List<Operation> operations =
        List.of(
            new Operation.Close(LEASE, CloseReason.BROKEN_TERMS),
            new Operation.TopUp(LEASE, Duration.ofSeconds((1L << 32) - 1)),
            new Operation.Withdraw(new AccountId("0x" + "ff".repeat(20)), Amount.LARGEST),
            new Operation.Settle(LEASE));
    List<Request> requests = new ArrayList<>();
    for (Operation operation : operations) {
      requests.add(new Request("ünïcode " + requests.size(), operation));
    }
    store.add(requests, LIMIT, NOW);

    assertThat(store.queuedOthers(9)).isEqualTo(requests.subList(0, 3));
    assertThat(store.queuedSettlements(9)).isEqualTo(requests.subList(3, 4));
    assertThat(store.entry("ünïcode 1").orElseThrow())
        .isEqualTo(
            new OutboxEntry(
                requests.get(1), State.QUEUED, Optional.empty(), Optional.empty(), List.of(), NOW));
  }

  @Test
  void requests_addedOneAfterAnother_staySoWithinTheirKind() {
    add(other("z"), settle("y"));
    add(other("a"), settle("b"), other("m"));

    assertThat(store.queuedOthers(9)).extracting(Request::key).containsExactly("z", "a", "m");
    assertThat(store.queuedOthers(2)).extracting(Request::key).containsExactly("z", "a");
    assertThat(store.queuedSettlements(9)).extracting(Request::key).containsExactly("y", "b");
    assertThat(store.queuedCount()).isEqualTo(5);
  }

  @Test
  void request_addedAgain_isKnownInEveryState() {
    add(other("queued"), other("refused"), other("sent"));
    store.refuse(List.of("refused"), "why", NOW);
    store.prepare(7, attempt("h", 1), List.of("sent"));

    assertThat(
            store.add(
                List.of(
                    other("queued"), other("refused"), other("sent"), other("new"), other("new")),
                LIMIT,
                LATER))
        .isEqualTo(new Submission.Accepted(1));
    assertThat(state("refused")).isEqualTo(State.REFUSED);
    assertThat(state("sent")).isEqualTo(State.SENT);
  }

  @Test
  void key_ofAnotherOperation_isAConflictAndAddsNothing() {
    add(other("a"));

    ZansocException refused =
        catchThrowableOfType(ZansocException.class, () -> add(other("new"), settle("a")));

    assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT);
    assertThat(refused).hasMessageContaining("'a'");
    assertThat(store.entry("new")).isEmpty();
  }

  @Test
  void requests_beyondTheLimit_areNotTakenButKnownOnesAre() {
    assertThat(store.add(List.of(other("a"), other("b")), 2, NOW))
        .isEqualTo(new Submission.Accepted(2));
    assertThat(store.add(List.of(other("c")), 2, NOW)).isEqualTo(new Submission.Full(2, 2));
    assertThat(store.add(List.of(other("a")), 2, NOW)).isEqualTo(new Submission.Accepted(0));
    assertThat(store.entry("c")).isEmpty();
    store.prepare(0, attempt("h", 1), List.of("a"));
    assertThat(store.add(List.of(other("c")), 2, NOW)).isEqualTo(new Submission.Accepted(1));
  }

  @Test
  void refused_requests_areNoLongerQueuedAndSayWhy() {
    add(other("a"), other("b"), other("c"));
    store.prepare(0, attempt("h", 1), List.of("c"));
    store.refuse(List.of("a", "c"), "no coins", LATER);

    assertThat(store.queuedOthers(9)).extracting(Request::key).containsExactly("b");
    assertThat(entry("a").reason()).contains("no coins");
    assertThat(entry("a").changed()).isEqualTo(LATER);
    assertThat(state("c")).as("has a transaction already").isEqualTo(State.SENT);
  }

  @Test
  void prepared_transaction_takesItsRequestsOutOfTheQueue() {
    add(settle("a"), settle("b"), other("c"));

    assertThat(store.prepare(5, attempt("h5", 10), List.of("a", "b"))).isTrue();

    assertThat(store.queuedSettlements(9)).isEmpty();
    assertThat(store.queuedCount()).isEqualTo(1);
    assertThat(store.open())
        .containsExactly(new OutboxTransaction(5, List.of(attempt("h5", 10)), Optional.empty()));
    assertThat(entry("b"))
        .isEqualTo(
            new OutboxEntry(
                settle("b"),
                State.SENT,
                Optional.of(5L),
                Optional.empty(),
                List.of("h5"),
                attempt("h5", 10).signed()));
    assertThat(store.lastNonce()).isEqualTo(OptionalLong.of(5));
    assertThat(store.firstNonce()).isEqualTo(OptionalLong.of(5));
  }

  @Test
  void prepare_afterAnotherWriter_changesNothing() {
    add(other("a"), other("b"), other("c"));
    store.prepare(5, attempt("first", 1), List.of("a"));
    store.refuse(List.of("c"), "why", NOW);

    assertThat(store.prepare(5, attempt("same nonce", 1), List.of("b"))).isFalse();
    assertThat(store.prepare(4, attempt("lower nonce", 1), List.of("b"))).isFalse();
    assertThat(store.prepare(6, attempt("taken", 1), List.of("b", "a"))).isFalse();
    assertThat(store.prepare(6, attempt("refused", 1), List.of("b", "c"))).isFalse();
    assertThat(store.prepare(6, attempt("unknown", 1), List.of("b", "x"))).isFalse();

    assertThat(state("b")).isEqualTo(State.QUEUED);
    assertThat(store.lastNonce()).isEqualTo(OptionalLong.of(5));
    assertThat(store.open()).hasSize(1);
    assertThat(store.prepare(6, attempt("next", 1), List.of("b"))).isTrue();
  }

  @Test
  void prepare_byManyAtOnce_givesEachNonceAndRequestOnce() throws Exception {
    add(other("a"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> writers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Attempt attempt = attempt("h" + i, i);
        writers.add(threads.submit(() -> store.prepare(0, attempt, List.of("a"))));
      }
      int winners = 0;
      for (Future<Boolean> writer : writers) {
        winners += writer.get() ? 1 : 0;
      }
      assertThat(winners).isEqualTo(1);
    }

    assertThat(store.open().getFirst().attempts()).hasSize(1);
  }

  @Test
  void replaced_transaction_keepsAllThatWereSigned() {
    add(other("a"));
    store.prepare(0, attempt("h1", 1), List.of("a"));
    store.replace(0, attempt("h2", 2));
    store.replace(0, attempt("h3", 3));

    assertThat(store.open().getFirst().attempts())
        .containsExactly(attempt("h1", 1), attempt("h2", 2), attempt("h3", 3));
    assertThat(entry("a").transactions()).containsExactly("h1", "h2", "h3");
  }

  @Test
  void transaction_inABlockAndOutOfItAgain_isWhereItIs() {
    add(other("a"));
    store.prepare(0, attempt("h", 1), List.of("a"));
    Inclusion inclusion = new Inclusion("h", 1L << 40, Optional.of("reverted"));
    store.include(0, Optional.of(inclusion), LATER);
    assertThat(store.open().getFirst().inclusion()).contains(inclusion);
    assertThat(state("a")).isEqualTo(State.MINED);
    assertThat(entry("a").reason()).contains("reverted");
    store.include(0, Optional.empty(), LATER);

    assertThat(store.open().getFirst().inclusion()).isEmpty();
    assertThat(state("a")).isEqualTo(State.SENT);
    assertThat(entry("a").reason()).isEmpty();
    assertThat(entry("a").changed()).isEqualTo(LATER);
  }

  @Test
  void finished_transactions_areConfirmedOrFailed() {
    add(other("a"), other("b"));
    store.prepare(0, attempt("h0", 1), List.of("a"));
    store.prepare(1, attempt("h1", 1), List.of("b"));
    store.finish(0, Optional.empty(), LATER);
    store.finish(1, Optional.of("out of gas"), LATER);

    assertThat(store.open()).isEmpty();
    assertThat(state("a")).isEqualTo(State.CONFIRMED);
    assertThat(entry("a").reason()).isEmpty();
    assertThat(state("b")).isEqualTo(State.FAILED);
    assertThat(entry("b").reason()).contains("out of gas");
    assertThat(store.lastNonce()).isEqualTo(OptionalLong.of(1));
  }

  @Test
  void reopened_transactions_areInNoBlock() {
    add(other("a"), other("b"), other("c"));
    store.prepare(3, attempt("h3", 1), List.of("a"));
    store.prepare(4, attempt("h4", 1), List.of("b"));
    store.prepare(5, attempt("h5", 1), List.of("c"));
    store.finish(3, Optional.empty(), NOW);
    store.finish(4, Optional.of("reverted"), NOW);
    store.include(5, Optional.of(new Inclusion("h5", 9, Optional.empty())), NOW);

    assertThat(store.reopen(4, LATER)).isEqualTo(1);

    assertThat(List.of(state("a"), state("b"), state("c")))
        .containsExactly(State.CONFIRMED, State.SENT, State.SENT);
    assertThat(entry("b").reason()).isEmpty();
    assertThat(store.open())
        .extracting(OutboxTransaction::inclusion)
        .containsExactly(Optional.empty(), Optional.empty());
  }

  @Test
  void forgotten_areOldFinishedOnesButTheLastNonce() {
    add(other("old"), other("open"), other("young"), other("last"), other("refused"), other("q"));
    store.prepare(0, attempt("h0", 1), List.of("old"));
    store.prepare(1, attempt("h1", 1), List.of("open"));
    store.prepare(2, attempt("h2", 1), List.of("young"));
    store.prepare(3, attempt("h3", 1), List.of("last"));
    store.refuse(List.of("refused"), "why", NOW);
    store.finish(0, Optional.empty(), NOW);
    store.finish(2, Optional.empty(), LATER);
    store.finish(3, Optional.empty(), NOW);

    assertThat(store.forget(LATER)).isEqualTo(2);

    assertThat(store.entry("old")).isEmpty();
    assertThat(store.entry("refused")).isEmpty();
    assertThat(List.of(state("open"), state("young"), state("last"), state("q")))
        .containsExactly(State.SENT, State.CONFIRMED, State.CONFIRMED, State.QUEUED);
    assertThat(store.firstNonce()).isEqualTo(OptionalLong.of(1));
    assertThat(store.lastNonce()).isEqualTo(OptionalLong.of(3));
  }

  private void add(Request... requests) {
    store.add(List.of(requests), LIMIT, NOW);
  }

  private OutboxEntry entry(String key) {
    return store.entry(key).orElseThrow();
  }

  private State state(String key) {
    return entry(key).state();
  }

  private static Request settle(String key) {
    return new Request(key, new Operation.Settle(LEASE));
  }

  private static Request other(String key) {
    return new Request(
        key, new Operation.Withdraw(new AccountId("0x" + "01".repeat(20)), Amount.ofUnits(1)));
  }

  private static Attempt attempt(String hash, long fee) {
    Fees fees = new Fees(BigInteger.TWO.pow(255), BigInteger.valueOf(fee));
    return new Attempt(hash, "0x02" + hash, fees, NOW.plusSeconds(1));
  }
}
