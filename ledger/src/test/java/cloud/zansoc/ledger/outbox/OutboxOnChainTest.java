package cloud.zansoc.ledger.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOutboxChain;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The outbox on a real chain process, whose blocks the test makes. */
final class OutboxOnChainTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Amount RATE = Amount.ofUnits(1000);
  private static final Duration STUCK = Duration.ofMinutes(1);
  private static final OutboxOptions OPTIONS =
      new OutboxOptions(2, 16, STUCK, BigInteger.valueOf(1_000_000), false);

  @TempDir private Path folder;

  private final EvmKey hub = TestKeys.fresh();
  private final EvmKey client = TestKeys.fresh();
  private final EvmKey host = TestKeys.fresh();
  private final MovingClock clock = new MovingClock();
  private final OutboxStore store = new MemoryOutboxStore();
  private ChainWorld world;
  private Outbox outbox;

  OutboxOnChainTest() throws IOException {
    this.world = ChainWorld.start();
    this.outbox = outbox(store);
  }

  @BeforeEach
  void fund() {
    fundAccounts();
    world.anvil().setMining(false);
  }

  @AfterEach
  void endChain() {
    world.close();
  }

  @Test
  void settlements_ofLeases_payTheHostOnceAndAreConfirmed() {
    world.anvil().setMining(true);
    Lease first = open(1);
    Lease second = open(2);
    world.anvil().setMining(false);
    submit(settle("a", first), settle("b", second), settle("c", first), withdraw(1), withdraw(2));
    world.pass(Duration.ofSeconds(10));
    finish();

    assertThat(List.of(state("a"), state("b"), state("c")))
        .containsOnly(OutboxEntry.State.CONFIRMED);
    assertThat(entry("c").transactions()).isEqualTo(entry("b").transactions());
    assertThat(world.ledger().balance(host.account())).isEqualTo(Amount.ofUnits(18_000));
    assertWithdrawn(1, 2);
  }

  @Test
  void requests_thatTheEscrowRefuses_areRefusedWithItsReason() {
    submit(
        new Request("much", new Operation.Withdraw(client.account(), Amount.ofCoins(100))),
        new Request("nobody", new Operation.Withdraw(AccountId.NOBODY, Amount.ofUnits(1))),
        withdraw(1));
    finish();

    assertThat(state("much")).isEqualTo(OutboxEntry.State.REFUSED);
    assertThat(entry("much").reason().orElseThrow()).contains("in the escrow, needed are 100");
    assertThat(entry("nobody").reason().orElseThrow()).contains("would be lost");
    assertThat(store.lastNonce()).hasValue(1);
    assertWithdrawn(1);
  }

  @Test
  void request_thatFailsInItsBlock_isFailedWithTheEscrowsReason() {
    world.anvil().setMining(true);
    Lease lease = open(1);
    world.anvil().setMining(false);
    submit(new Request("top up", new Operation.TopUp(lease.id(), HOUR)));
    outbox.step();
    world.pass(HOUR.plusSeconds(1));
    finish();

    assertThat(state("top up")).isEqualTo(OutboxEntry.State.FAILED);
    assertThat(entry("top up").reason().orElseThrow()).contains("was paid until");
  }

  @Test
  void lease_ofOthers_isNotClosed() {
    world.anvil().setMining(true);
    Lease lease = open(1);
    world.anvil().setMining(false);
    submit(new Request("close", new Operation.Close(lease.id(), CloseReason.MOVED)));
    finish();

    assertThat(entry("close").reason().orElseThrow()).contains("is no party");
  }

  @Test
  void process_killedAtEachOfItsSteps_sendsOnce() {
    int deaths = 0;
    for (int step = 0; ; step++) {
      AtomicInteger left = new AtomicInteger(step);
      Outbox doomed = outbox(new CrashingStore(store, () -> left.getAndDecrement() == 0));
      Request request = withdraw(100 + step);
      submit(request);
      if (!dies(doomed)) {
        break;
      }
      deaths++;
      finish();
      assertWithdrawn(100 + step);
    }

    // Before and after each of: prepared, included, finished; and of forgetting.
    assertThat(deaths).isGreaterThanOrEqualTo(6);
    finish();
    assertThat(world.chain().id()).isEqualTo(31337);
    assertThat(world.ledger().balance(hub.account()))
        .isEqualTo(Amount.ofCoins(1).minus(withdrawnFrom(100, deaths + 1)));
  }

  @Test
  void process_killedBetweenStoringAndSending_sendsTheStoredBytes() {
    submit(withdraw(1));
    outbox.step();
    String hash = entry("withdraw 1").transactions().getFirst();
    world.anvil().dropWaiting();
    outbox = outbox(store);
    finish();

    assertThat(entry("withdraw 1").transactions()).containsExactly(hash);
    assertWithdrawn(1);
  }

  @Test
  void chain_awayForAnHour_losesNothingAndDoublesNothing() throws IOException {
    startOver("--state=" + folder.resolve("state"));
    submit(withdraw(1));
    finish();
    submit(withdraw(2));
    outbox.step();
    world.anvil().close();

    ZansocException away = catchThrowableOfType(ZansocException.class, () -> outbox.step());
    assertThat(away.code()).isEqualTo(ErrorCode.UNREACHABLE);
    submit(withdraw(3));
    clock.advance(HOUR);
    world.restart("--state=" + folder.resolve("state"));
    world.anvil().setMining(false);
    finish();

    assertWithdrawn(1, 2, 3);
    assertThat(state("withdraw 1")).isEqualTo(OutboxEntry.State.CONFIRMED);
  }

  @Test
  void chain_killedAndRestartedWithAnOlderState_getsWhatItLostAgain() throws IOException {
    Path state = folder.resolve("state");
    startOver("--state=" + state);
    submit(withdraw(1));
    finish();
    world.anvil().close();
    Files.copy(state, folder.resolve("older"));
    world.restart("--state=" + state);
    world.anvil().setMining(false);
    submit(withdraw(2), withdraw(3));
    finish();
    world.anvil().kill();
    world.restart("--load-state=" + folder.resolve("older"));
    world.anvil().setMining(false);
    assertThat(coins(2)).isEqualTo(Amount.ZERO);
    submit(withdraw(4));
    outbox = outbox(store);
    finish();

    assertWithdrawn(1, 2, 3, 4);
  }

  @Test
  void reorganisation_thatDropsATransaction_sendsTheSameAgain() {
    submit(withdraw(1));
    outbox.step();
    world.anvil().mine();
    outbox.step();
    assertThat(state("withdraw 1")).isEqualTo(OutboxEntry.State.MINED);
    world.anvil().replaceBlocks(1);
    world.anvil().dropWaiting();
    assertThat(coins(1)).isEqualTo(Amount.ZERO);
    outbox.step();
    assertThat(state("withdraw 1")).isEqualTo(OutboxEntry.State.SENT);
    finish();

    assertThat(entry("withdraw 1").transactions()).hasSize(1);
    assertWithdrawn(1);
  }

  @Test
  void stuckTransaction_isReplacedByOneThatOffersEnough() {
    world.anvil().pay(hub.account(), Long.MAX_VALUE);
    submit(withdraw(1), withdraw(2));
    outbox.step();
    world.anvil().nextBaseFee(1000);
    world.anvil().mine();
    outbox.step();
    assertThat(state("withdraw 1")).isEqualTo(OutboxEntry.State.SENT);
    clock.advance(STUCK);
    finish();

    assertThat(entry("withdraw 1").transactions()).hasSizeGreaterThan(1);
    assertWithdrawn(1, 2);
    assertThat(world.ledger().balance(hub.account()))
        .isEqualTo(Amount.ofCoins(1).minus(withdrawnFrom(1, 2)));
  }

  private void fundAccounts() {
    for (EvmKey key : List.of(hub, client)) {
      world.fund(key, Amount.ofCoins(1));
      // Before the outbox's first transaction, the account may send others.
      world.ledger().deposit(key.account(), Amount.ofCoins(1));
    }
  }

  private void startOver(String... anvilOptions) throws IOException {
    world.close();
    world = ChainWorld.start(anvilOptions);
    fundAccounts();
    world.anvil().setMining(false);
    outbox = outbox(store);
  }

  private Outbox outbox(OutboxStore on) {
    return new Outbox(
        on, new EvmOutboxChain(world.chain(), world.ledger().id().escrow(), hub), OPTIONS, clock);
  }

  private boolean dies(Outbox doomed) {
    try {
      for (int i = 0; i < 5; i++) {
        doomed.step();
        world.anvil().mine();
      }
      return false;
    } catch (CrashingStore.Crash death) {
      return true;
    }
  }

  private void finish() {
    for (int i = 0; i < 50; i++) {
      if (outbox.step().isDone()) {
        return;
      }
      world.anvil().mine();
      clock.advance(Duration.ofSeconds(6));
    }
    throw new AssertionError("still under way: " + store.open());
  }

  private void submit(Request... requests) {
    assertThat(outbox.submit(List.of(requests)))
        .isEqualTo(new Submission.Accepted(requests.length));
  }

  private OutboxEntry entry(String key) {
    return outbox.entry(key).orElseThrow();
  }

  private OutboxEntry.State state(String key) {
    return entry(key).state();
  }

  private Lease open(int nonce) {
    Offer offer =
        new Offer(
            host.account(),
            Optional.empty(),
            RATE,
            world.ledger().now().plus(HOUR),
            Digest.sha256(new byte[0]),
            BigInteger.valueOf(nonce));
    return switch (world.ledger().open(client.account(), world.offers().sign(host, offer), HOUR)) {
      case Outcome.Done<Lease>(Lease lease) -> lease;
      case Outcome.Refused<Lease>(Refusal reason) -> throw new AssertionError(reason.message());
    };
  }

  private static Request settle(String key, Lease lease) {
    return new Request(key, new Operation.Settle(lease.id()));
  }

  /** So many units to an account of that number, which shows how often that was done. */
  private static Request withdraw(int number) {
    return new Request(
        "withdraw " + number, new Operation.Withdraw(account(number), Amount.ofUnits(number)));
  }

  private static Amount withdrawnFrom(int first, int count) {
    Amount sum = Amount.ZERO;
    for (int i = 0; i < count; i++) {
      sum = sum.plus(Amount.ofUnits(first + i));
    }
    return sum;
  }

  private static AccountId account(int number) {
    return new AccountId("0x%040x".formatted(0x10000 + number));
  }

  private Amount coins(int number) {
    return world.ledger().coins(account(number));
  }

  private void assertWithdrawn(int... numbers) {
    for (int number : numbers) {
      assertThat(coins(number)).isEqualTo(Amount.ofUnits(number));
    }
  }
}
