package cloud.zansoc.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.Ledger;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.TestKeys;
import java.io.IOException;
import java.math.BigInteger;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is particular to a ledger on a chain. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EvmChainTest {
  private static final Amount RATE = Amount.ofUnits(1_000_000);
  private static final Duration HOUR = Duration.ofHours(1);

  private final ChainWorld world;
  private final Ledger ledger;
  private EvmKey client = TestKeys.fresh();

  EvmChainTest() throws IOException {
    this.world = ChainWorld.start();
    this.ledger = world.ledger();
  }

  @AfterAll
  void endChain() {
    world.close();
  }

  @BeforeEach
  void fundClient() {
    client = TestKeys.fresh();
    world.fund(client, Amount.ofCoins(10));
  }

  @Test
  void connect_toANodeOfAnotherChain_isRefused() {
    ZansocException refused = failure(() -> EvmChain.connect(ChainWorld.options(world.anvil(), 1)));

    assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    assertThat(refused).hasMessageContaining("chain 31337, not of 1");
  }

  @Test
  void connect_whereNobodyListens_saysWhereWithoutSecrets() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    URI node = URI.create("http://user:word@localhost:" + port + "/key");

    ZansocException away =
        failure(() -> EvmChain.connect(ChainOptions.of(node, Anvil.CHAIN, BigInteger.ZERO)));

    assertThat(away.code()).isEqualTo(ErrorCode.UNREACHABLE);
    assertThat(away.getMessage()).contains("localhost:" + port).doesNotContain("word", "key");
  }

  @Test
  void ledger_atAnAddressWithoutCode_isRefused() {
    AccountId nothing = TestKeys.fresh().account();

    ZansocException refused = failure(() -> EvmLedger.of(world.chain(), nothing, world.keys()));

    assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    assertThat(refused).hasMessageContaining("no contract at " + nothing);
  }

  @Test
  void withdraw_toAContractThatRevertsWhateverItIsCalledWith_givesItTheCoins() {
    ledger.deposit(client.account(), Amount.ofCoins(1));
    // Its code is "revert with nothing"; the coins are an entry in the coin's own table.
    Sent created = world.chain().send(client, Optional.empty(), "0x625f5ffd5f526003601df3");
    AccountId refuses = ((Sent.Mined) created).receipt().created().orElseThrow();
    assertThat(world.chain().hasCode(refuses)).isTrue();

    Outcome<Amount> outcome = ledger.withdraw(client.account(), refuses, Amount.ofUnits(5));

    assertThat(outcome).isEqualTo(new Outcome.Done<>(Amount.ofUnits(5)));
    assertThat(ledger.coins(refuses)).isEqualTo(Amount.ofUnits(5));
  }

  @Test
  void ledger_atAnotherContract_isRefused() {
    ZansocException refused =
        failure(() -> EvmLedger.of(world.chain(), world.contract("weth"), world.keys()));

    assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
  }

  @Test
  void operation_ofAnAccountWhoseKeyIsNotHere_isRefused() {
    AccountId other = TestKeys.fresh().account();

    ZansocException refused = failure(() -> ledger.deposit(other, Amount.ofUnits(1)));

    assertThat(refused.code()).isEqualTo(ErrorCode.WRONG_KEY);
    assertThat(refused).hasMessageContaining(other.text());
  }

  @Test
  void topUp_thatLapsesOnTheWayToItsBlock_isRefusedAndMovesNoCoin() throws Exception {
    ledger.deposit(client.account(), Amount.ofCoins(1));
    Lease lease = open();
    Amount before = ledger.balance(client.account());
    Outcome<?> outcome;
    world.anvil().setMining(false);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Outcome<?>> topUp =
          threads.submit(() -> ledger.topUp(client.account(), lease.id(), HOUR));
      world.anvil().awaitWaiting();
      world.pass(HOUR);
      world.anvil().mine();
      outcome = topUp.get();
    } finally {
      world.anvil().setMining(true);
    }

    assertThat(outcome)
        .isEqualTo(new Outcome.Refused<>(new Refusal.LeaseLapsed(lease.id(), lease.paidUntil())));
    assertThat(ledger.balance(client.account())).isEqualTo(before);
  }

  @Test
  void close_thatWasTriedWhenNothingWasDue_paysWhatIsDueInItsBlock() throws Exception {
    ledger.deposit(client.account(), Amount.ofCoins(1));
    Lease lease = open();
    Outcome<Amount> outcome;
    world.anvil().setMining(false);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Outcome<Amount>> close =
          threads.submit(
              () -> ledger.close(client.account(), lease.id(), CloseReason.NO_LONGER_NEEDED));
      world.anvil().awaitWaiting();
      world.pass(HOUR.dividedBy(2));
      world.anvil().mine();
      outcome = close.get();
    } finally {
      world.anvil().setMining(true);
    }

    Amount half = RATE.times(HOUR.toSeconds() / 2);
    assertThat(outcome).isEqualTo(new Outcome.Done<>(half));
    assertThat(ledger.balance(lease.host())).isEqualTo(half.minus(half.commission()));
  }

  @Test
  void deposit_ofOneAccountByManyThreads_countsEachOnce() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome<Amount>>> deposits = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        deposits.add(threads.submit(() -> ledger.deposit(client.account(), Amount.ofUnits(3))));
      }
      for (Future<Outcome<Amount>> deposit : deposits) {
        assertThat(deposit.get()).isEqualTo(new Outcome.Done<>(Amount.ofUnits(3)));
      }
    } catch (ExecutionException e) {
      throw new AssertionError("a deposit failed", e);
    }

    assertThat(ledger.balance(client.account())).isEqualTo(Amount.ofUnits(24));
  }

  @Test
  void withdraw_ofOneAccountByManyPrograms_isDoneByAll() throws Exception {
    ledger.deposit(client.account(), Amount.ofUnits(100)).orThrow();
    Keyring keys = new Keyring();
    keys.add(client);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> programs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        programs.add(threads.submit(() -> withdrawals(keys)));
      }
      for (Future<Integer> program : programs) {
        assertThat(program.get()).isEqualTo(5);
      }
    }

    assertThat(ledger.balance(client.account())).isEqualTo(Amount.ofUnits(80));
  }

  private int withdrawals(Keyring keys) {
    int done = 0;
    ChainOptions options = ChainWorld.options(world.anvil(), Anvil.CHAIN);
    try (EvmChain chain = EvmChain.connect(options)) {
      LedgerContracts contracts = LedgerContracts.of(chain, world.contract("escrow"));
      Ledger own = new EvmLedger(chain, contracts, keys);
      while (done < 5) {
        own.withdraw(client.account(), client.account(), Amount.ofUnits(1)).orThrow();
        done++;
      }
    }
    return done;
  }

  @Test
  void deploy_withAStablecoinGiven_makesAllOthersThatNameOneAnother() {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("genesis", client.account().text());
    parameters.put("treasury", client.account().text());
    parameters.put("publisher", client.account().text());
    parameters.put("rewardsStart", "1900000000");
    parameters.put("stablecoin", world.contract("dollar").text());
    DeployPlan plan = DeployPlan.read(Contracts.built());
    parameters.putAll(plan.developmentParameters());

    Map<String, AccountId> deployed =
        new Deployer(world.chain(), TestKeys.fresh(), plan).deploy(parameters);

    assertThat(deployed).containsEntry("dollar", world.contract("dollar"));
    assertThat(deployed.get("escrow")).isNotEqualTo(world.contract("escrow"));
    AccountId escrow = deployed.getOrDefault("escrow", AccountId.NOBODY);
    EvmLedger other = EvmLedger.of(world.chain(), escrow, world.keys());
    assertThat(other.treasury()).isEqualTo(client.account());
    assertThat(other.coins(client.account())).isEqualTo(Amount.ofCoins(400_000_000));
  }

  @Test
  void key_asText_showsItsAccountOnly() {
    assertThat(client).hasToString("key of " + client.account());
    IllegalArgumentException refused =
        catchThrowableOfType(
            IllegalArgumentException.class, () -> EvmKey.ofSecret(new byte[] {7, 7, 7}));
    assertThat(refused.getMessage()).doesNotContain("7");
  }

  private Lease open() {
    EvmKey host = TestKeys.fresh();
    Offer offer =
        new Offer(
            host.account(),
            Optional.empty(),
            RATE,
            ledger.now().plus(HOUR),
            Digest.sha256(new byte[0]),
            BigInteger.ONE);
    return switch (ledger.open(client.account(), world.offers().sign(host, offer), HOUR)) {
      case Outcome.Done<Lease>(Lease lease) -> lease;
      case Outcome.Refused<Lease>(Refusal reason) -> throw new AssertionError(reason.message());
    };
  }

  private static ZansocException failure(ThrowingCallable action) {
    return catchThrowableOfType(ZansocException.class, action);
  }
}
