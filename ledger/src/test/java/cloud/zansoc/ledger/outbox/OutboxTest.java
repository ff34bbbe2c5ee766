package cloud.zansoc.ledger.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.Ledger;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What an outbox does on a chain that a test moves block by block. */
final class OutboxTest {
  private static final Duration STUCK = Duration.ofMinutes(1);
  private static final OutboxOptions OPTIONS =
      new OutboxOptions(2, 4, STUCK, BigInteger.valueOf(10_000), false);

  private final FakeChain chain = new FakeChain();
  private final OutboxStore store = new MemoryOutboxStore();
  private final MovingClock clock = new MovingClock();
  private Outbox outbox = started(OPTIONS);

  @Test
  void withdraw_submittedTwiceWithOneKey_isDoneOnce() {
    assertThat(submit(withdraw(1))).isEqualTo(new Submission.Accepted(1));
    assertThat(submit(withdraw(1))).isEqualTo(new Submission.Accepted(0));
    finish();
    assertThat(submit(withdraw(1))).isEqualTo(new Submission.Accepted(0));
    finish();

    assertThat(chain.effects()).containsExactly(withdraw(1).operation());
    assertThat(state("withdraw 1")).isEqualTo(OutboxEntry.State.CONFIRMED);
  }

  @Test
  void submit_aKnownKeyWithAnotherOperation_isAConflict() {
    submit(withdraw(1));

    ZansocException refused =
        failure(() -> submit(new Request("withdraw 1", withdraw(2).operation())));

    assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT);
  }

  @Test
  void request_onItsWay_goesThroughItsStates() {
    submit(withdraw(1));
    assertThat(state("withdraw 1")).isEqualTo(OutboxEntry.State.QUEUED);
    outbox.step();
    assertThat(state("withdraw 1")).isEqualTo(OutboxEntry.State.SENT);
    chain.mine();
    outbox.step();
    assertThat(state("withdraw 1")).isEqualTo(OutboxEntry.State.MINED);
    chain.mine();
    outbox.step();
    assertThat(state("withdraw 1")).isEqualTo(OutboxEntry.State.MINED);
    chain.mine();
    outbox.step();
    assertThat(state("withdraw 1")).isEqualTo(OutboxEntry.State.CONFIRMED);
  }

  @Test
  void request_thatTheLedgerWouldRefuse_getsNoTransaction() {
    chain.refuse(withdraw(1).operation());
    submit(withdraw(1), withdraw(2));
    finish();

    assertThat(entry("withdraw 1").state()).isEqualTo(OutboxEntry.State.REFUSED);
    assertThat(entry("withdraw 1").reason()).contains("refused by the test");
    assertThat(chain.effects()).containsExactly(withdraw(2).operation());
    assertThat(chain.transactions()).hasSize(1);
  }

  @Test
  void request_thatItsBlockReverts_failsWithTheReason() {
    chain.revert(withdraw(1).operation());
    submit(withdraw(1));
    finish();

    assertThat(entry("withdraw 1").state()).isEqualTo(OutboxEntry.State.FAILED);
    assertThat(entry("withdraw 1").reason()).contains("reverted by the test");
  }

  @Test
  void settlements_queuedTogether_areOneTransactionWithEachLeaseOnce() {
    submit(settle("a", 1), settle("b", 2), settle("c", 1));
    finish();

    assertThat(chain.effects())
        .containsExactly(settle("a", 1).operation(), settle("b", 2).operation());
    assertThat(chain.transactions()).hasSize(1);
    assertThat(state("c")).isEqualTo(OutboxEntry.State.CONFIRMED);
  }

  @Test
  void settlements_moreThanFitAtOnce_areDividedAtTheLimit() {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i <= Ledger.MAX_SETTLED_AT_ONCE; i++) {
      requests.add(settle("lease " + i, i));
    }
    outbox.submit(requests);
    outbox.step();
    assertThat(outbox.entry("lease " + Ledger.MAX_SETTLED_AT_ONCE).orElseThrow().state())
        .isEqualTo(OutboxEntry.State.QUEUED);
    finish();

    assertThat(chain.transactions())
        .extracting(each -> each.operations().size())
        .containsExactly(Ledger.MAX_SETTLED_AT_ONCE, 1);
  }

  @Test
  void transactions_inFlight_areAsManyAsAllowed() {
    submit(withdraw(1), withdraw(2), withdraw(3), withdraw(4), withdraw(5));

    OutboxStatus status = outbox.step();

    assertThat(status).isEqualTo(new OutboxStatus(1, 4, 0, Optional.empty()));
  }

  @Test
  void submit_beyondTheLimit_isFullAndTakesNothing() {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < Outbox.MAX_QUEUED; i++) {
      requests.add(withdraw(i));
    }
    outbox.submit(requests);

    assertThat(submit(withdraw(Outbox.MAX_QUEUED)))
        .isEqualTo(new Submission.Full(Outbox.MAX_QUEUED, Outbox.MAX_QUEUED));
    assertThat(submit(withdraw(7))).isEqualTo(new Submission.Accepted(0));
    assertThat(outbox.entry("withdraw " + Outbox.MAX_QUEUED)).isEmpty();
  }

  @Test
  void chain_away_losesNothingAndStillAccepts() {
    submit(withdraw(1));
    outbox.step();
    chain.away(true);
    assertThat(failure(outbox::step).code()).isEqualTo(ErrorCode.UNREACHABLE);
    submit(withdraw(2));
    chain.away(false);
    chain.forgetPool();
    clock.advance(Duration.ofHours(1));
    finish();

    assertThat(chain.effects()).containsExactly(withdraw(1).operation(), withdraw(2).operation());
  }

  @Test
  void stuckTransaction_afterItsTime_isReplacedByOneOfTheSameNonceThatOffersMore() {
    submit(withdraw(1), withdraw(2));
    outbox.step();
    clock.advance(STUCK);
    outbox.step();

    List<Attempt> first = store.open().getFirst().attempts();
    assertThat(first).hasSize(2);
    assertThat(first.getLast().fees().most()).isGreaterThanOrEqualTo(BigInteger.valueOf(1125));
    assertThat(store.open().getLast().attempts()).as("waits for the first only").hasSize(1);
    finish();
    assertThat(chain.transactions().getFirst().hash()).isEqualTo(first.getLast().hash());
    assertThat(chain.effects()).hasSize(2);
    assertThat(entry("withdraw 1").transactions()).hasSize(2);
  }

  @Test
  void replacement_thatTheNodeDoesNotTake_leavesTheEarlierOneUnderWay() {
    submit(withdraw(1));
    outbox.step();
    chain.funds(1000);
    clock.advance(STUCK);
    outbox.step();
    assertThat(store.open().getFirst().attempts()).hasSize(2);
    chain.forgetPool();
    clock.advance(Duration.ofSeconds(6));
    outbox.step();
    chain.mine();

    assertThat(chain.effects()).hasSize(1);
  }

  @Test
  void node_awayForLong_getsTheSameTransactionsBeforeMoreIsOffered() {
    submit(withdraw(1));
    outbox.step();
    chain.away(true);
    clock.advance(Duration.ofHours(1));
    assertThat(failure(outbox::step).code()).isEqualTo(ErrorCode.UNREACHABLE);
    chain.away(false);
    chain.forgetPool();
    finish();

    assertThat(entry("withdraw 1").transactions()).hasSize(1);
  }

  @Test
  void feesAboveThoseOffered_raiseAllThatWait() {
    submit(withdraw(1), withdraw(2));
    outbox.step();
    chain.floor(2000);
    chain.mine();
    assertThat(chain.effects()).isEmpty();
    clock.advance(STUCK);
    outbox.step();
    chain.mine();

    assertThat(chain.effects()).hasSize(2);
  }

  @Test
  void feesAboveTheLimit_areNotOffered() {
    chain.floor(6000);
    submit(withdraw(1));
    OutboxStatus status = outbox.step();

    assertThat(status.queued()).isEqualTo(1);
    assertThat(status.complaint().orElseThrow()).contains("12000");
    chain.floor(0);
    finish();
    assertThat(chain.effects()).hasSize(1);
  }

  @Test
  void reorganisation_thatDropsATransaction_sendsTheSameAgain() {
    submit(withdraw(1));
    outbox.step();
    chain.mine();
    outbox.step();
    String before = chain.transactions().getFirst().hash();
    chain.reorganise(1, false);
    outbox.step();
    assertThat(state("withdraw 1")).isEqualTo(OutboxEntry.State.SENT);
    finish();

    assertThat(chain.transactions()).extracting(FakeChain.Signed::hash).containsExactly(before);
  }

  @Test
  void chain_restartedWithAnOlderState_getsConfirmedTransactionsAgain() {
    submit(withdraw(1), withdraw(2));
    finish();
    chain.reorganise(100, false);
    assertThat(chain.effects()).isEmpty();
    submit(withdraw(3));
    finish();

    assertThat(chain.effects())
        .containsExactly(withdraw(1).operation(), withdraw(2).operation(), withdraw(3).operation());
  }

  @Test
  void chain_withFewerTransactionsThanAreRemembered_isRefused() {
    chain.foreign();
    submit(withdraw(1));
    finish();
    chain.reorganise(100, false);

    ZansocException refused = failure(outbox::step);

    assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    assertThat(refused).hasMessageContaining("another chain");
  }

  @Test
  void account_usedByOthersBefore_isTakenOverWhereItIs() {
    chain.foreign();
    chain.foreign();
    submit(withdraw(1));
    finish();

    assertThat(entry("withdraw 1").nonce()).contains(2L);
    assertThat(chain.effects()).hasSize(1);
  }

  @Test
  void account_usedByOthersMeanwhile_stopsTheOutboxUnlessItIsAllowed() {
    submit(withdraw(1));
    finish();
    chain.foreign();
    submit(withdraw(2));

    ZansocException refused = failure(outbox::step);
    assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    assertThat(chain.effects()).hasSize(1);
    outbox = started(new OutboxOptions(2, 4, STUCK, BigInteger.valueOf(10_000), true));
    finish();
    assertThat(entry("withdraw 2").nonce()).contains(2L);
    assertThat(chain.effects()).hasSize(2);
  }

  @Test
  void nonce_takenByOthers_failsTheRequestAndDoesNotRepeatIt() {
    submit(withdraw(1));
    outbox.step();
    chain.forgetPool();
    chain.foreign();
    for (int i = 0; i < 70; i++) {
      chain.mine();
      outbox.step();
    }

    assertThat(state("withdraw 1")).isEqualTo(OutboxEntry.State.FAILED);
    assertThat(entry("withdraw 1").reason().orElseThrow()).contains("nonce 0");
    assertThat(chain.effects()).isEmpty();
  }

  @Test
  void finished_afterTheirTime_areForgottenButTheLastNonce() {
    submit(withdraw(1), withdraw(2));
    finish();
    clock.advance(Duration.ofDays(31));
    outbox.step();

    assertThat(outbox.entry("withdraw 1")).isEmpty();
    submit(withdraw(3));
    finish();
    assertThat(entry("withdraw 3").nonce()).contains(2L);
  }

  private Outbox started(OutboxOptions options) {
    return new Outbox(store, chain, options, clock);
  }

  /** Steps and blocks until nothing is left. */
  private void finish() {
    for (int i = 0; i < 100; i++) {
      if (outbox.step().isDone()) {
        return;
      }
      chain.mine();
      clock.advance(Duration.ofSeconds(6));
    }
    throw new AssertionError("still under way: " + store.open());
  }

  private Submission submit(Request... requests) {
    return outbox.submit(List.of(requests));
  }

  private OutboxEntry entry(String key) {
    return outbox.entry(key).orElseThrow();
  }

  private OutboxEntry.State state(String key) {
    return entry(key).state();
  }

  private static Request withdraw(int number) {
    return new Request(
        "withdraw " + number,
        new Operation.Withdraw(
            new AccountId("0x%040x".formatted(number + 1)), Amount.ofUnits(number)));
  }

  private static Request settle(String key, int lease) {
    return new Request(key, new Operation.Settle(new LeaseId("0x%064x".formatted(lease))));
  }

  private static ZansocException failure(ThrowingCallable action) {
    return catchThrowableOfType(ZansocException.class, action);
  }
}
