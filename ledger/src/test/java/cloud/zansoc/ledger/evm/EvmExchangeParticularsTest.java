package cloud.zansoc.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.AveragePrice;
import cloud.zansoc.ledger.Bounds;
import cloud.zansoc.ledger.CoinPrice;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.Liquidity;
import cloud.zansoc.ledger.Order;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Pool;
import cloud.zansoc.ledger.Quote;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.Signature;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.Token;
import cloud.zansoc.ledger.Trade;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.web3j.abi.datatypes.generated.Uint128;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.abi.datatypes.generated.Uint96;

/** What is particular to an exchange on a chain. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EvmExchangeParticularsTest {
  private static final Amount COINS = Amount.ofCoins(1_000);
  private static final Amount DOLLARS = Amount.ofUnits(500_000_000);

  private final ChainWorld world;
  private ChainExchange contracts;
  private Exchange exchange;
  private EvmKey key = TestKeys.fresh();

  EvmExchangeParticularsTest() throws IOException {
    this.world = ChainWorld.start();
    this.contracts = ChainExchange.on(world, true);
    this.exchange = contracts.exchange();
  }

  @AfterAll
  void endChain() {
    world.close();
  }

  @BeforeEach
  void fill() {
    contracts = ChainExchange.on(world, true);
    exchange = contracts.exchange();
    key = TestKeys.fresh();
    contracts.fund(key, COINS.times(2), DOLLARS.times(2));
    done(exchange.add(key.account(), COINS, DOLLARS, bounds()));
  }

  private Bounds bounds() {
    return new Bounds(Amount.ZERO, Amount.ZERO, soon());
  }

  private Instant soon() {
    return exchange.now().plus(Duration.ofMinutes(10));
  }

  @Test
  void operations_ofAnyOutcome_leaveNoAllowance() {
    Amount ten = Amount.ofCoins(10);
    exchange.swap(
        key.account(), new Order(new Trade.ExactIn(Token.COIN, ten), Amount.ZERO, soon()));
    exchange.swap(
        key.account(), new Order(new Trade.ExactOut(Token.DOLLAR, ten), Amount.LARGEST, soon()));
    exchange.swap(
        key.account(), new Order(new Trade.ExactIn(Token.COIN, ten), Amount.LARGEST, soon()));
    exchange.add(key.account(), ten, DOLLARS, bounds());
    exchange.remove(key.account(), Amount.ofUnits(1_000_000_000), bounds());

    for (AccountId token : List.of(world.contract("coin"), contracts.dollar(), contracts.pair())) {
      assertThat(allowance(token, key)).isEqualTo(Amount.ZERO);
    }
  }

  private Amount allowance(AccountId token, EvmKey owner) {
    return world
        .chain()
        .read(
            token,
            EscrowCalls.encoded(
                "allowance",
                EscrowCalls.address(owner.account()),
                EscrowCalls.address(world.contract("router"))))
        .amount(0);
  }

  @Test
  void remove_whosePermitSomebodyHandedIn_isDoneAllTheSame() {
    Amount shares = Amount.ofUnits(1_000_000_000);
    Bounds bounds = bounds();
    BigInteger deadline = BigInteger.valueOf(bounds.deadline().getEpochSecond());
    byte[] digest =
        new TypedData("Uniswap V2", Anvil.CHAIN, contracts.pair())
            .digest(
                Words.keccak(
                    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                key.account(),
                world.contract("router"),
                shares.units(),
                BigInteger.ZERO,
                deadline);
    Signature permit = key.sign(digest);
    String data =
        EscrowCalls.encoded(
            "permit",
            EscrowCalls.address(key.account()),
            EscrowCalls.address(world.contract("router")),
            EscrowCalls.uint(shares),
            new Uint256(deadline),
            new Uint8(permit.vs().testBit(255) ? 28 : 27),
            EscrowCalls.word(permit.r()),
            EscrowCalls.word(permit.vs().clearBit(255)));
    assertThat(world.chain().send(TestKeys.named("griefer"), Optional.of(contracts.pair()), data))
        .isInstanceOf(Sent.Mined.class);

    Liquidity removed = done(exchange.remove(key.account(), shares, bounds));

    assertThat(removed.shares()).isEqualTo(shares);
    assertThat(allowance(contracts.pair(), key)).isEqualTo(Amount.ZERO);
  }

  /** The router computes this without looking at any pool. */
  @Test
  void quote_ofAnyPoolAndAmount_isWhatTheRouterComputes() {
    long seed = Long.getLong("zansoc.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      Amount in = random(random);
      Pool pool = new Pool(random(random), random(random), Amount.ofUnits(1));
      if (pool.quote(new Trade.ExactIn(Token.COIN, in))
          instanceof Outcome.Done<Quote>(Quote quote)) {
        assertThat(quote.out())
            .as("seed %d, %s of %s", seed, in, pool)
            .isEqualTo(router("getAmountOut", in, pool));
      }
      if (pool.quote(new Trade.ExactOut(Token.COIN, in))
          instanceof Outcome.Done<Quote>(Quote quote)) {
        assertThat(quote.in())
            .as("seed %d, for %s of %s", seed, in, pool)
            .isEqualTo(router("getAmountIn", in, pool));
      }
    }
  }

  private static Amount random(Random random) {
    return new Amount(new BigInteger(1 + random.nextInt(112), random).add(BigInteger.ONE));
  }

  private Amount router(String function, Amount amount, Pool pool) {
    String data =
        EscrowCalls.encoded(
            function,
            EscrowCalls.uint(amount),
            EscrowCalls.uint(pool.coins()),
            EscrowCalls.uint(pool.dollars()));
    return world.chain().read(world.contract("router"), data).amount(0);
  }

  @Test
  void price_ofAnAverage_convertsAsTheContractDoes() {
    exchange.update(key.account());
    world.pass(Duration.ofMinutes(1));
    exchange.update(key.account());
    CoinPrice price = done(exchange.twap().map(AveragePrice::price));
    for (long micros : new long[] {0, 1, 999_999, 1_000_000, 123_456_789_012L}) {
      String data = EscrowCalls.encoded("toCoin", new Uint128(BigInteger.valueOf(micros)));
      assertThat(price.toCoin(new Money(micros)))
          .isEqualTo(world.chain().read(contracts.twap(), data).amount(0));
    }
    for (String units : List.of("0", "1", "1999999999999", "123456789012345678901234")) {
      String data = EscrowCalls.encoded("toDollars", new Uint96(new BigInteger(units)));
      assertThat(price.toUsd(new Amount(new BigInteger(units))).microDollars())
          .isEqualTo(world.chain().read(contracts.twap(), data).number(0).longValueExact());
    }
  }

  @Test
  void swap_whosePriceMovesOnTheWayToItsBlock_isRefusedAndMovesNothing() throws Exception {
    EvmKey victim = TestKeys.fresh();
    Amount ten = Amount.ofCoins(10);
    contracts.fund(victim, ten, Amount.ofUnits(1));
    Trade trade = new Trade.ExactIn(Token.COIN, ten);
    Amount expected = done(exchange.pool().quote(trade)).out();
    Order order = new Order(trade, expected, soon());

    Outcome<Quote> outcome;
    try (Overtaker overtaker = new Overtaker(Amount.ofCoins(500))) {
      outcome = overtaker.overtake(() -> exchange.swap(victim.account(), order));
    }

    Amount now = done(exchange.pool().quote(trade)).out();
    assertThat(now).isLessThan(expected);
    assertThat(outcome)
        .isEqualTo(new Outcome.Refused<>(new Refusal.BelowLeast(Token.DOLLAR, expected, now)));
    assertThat(exchange.owned(victim.account(), Token.COIN)).isEqualTo(ten);
    assertThat(exchange.owned(victim.account(), Token.DOLLAR)).isEqualTo(Amount.ofUnits(1));
    assertThat(allowance(world.contract("coin"), victim)).isEqualTo(Amount.ZERO);
  }

  /** Swaps in the same block as another one, and before it, since it pays for that. */
  private final class Overtaker implements AutoCloseable {
    private final EvmKey rival = TestKeys.fresh();
    private final Amount coins;
    private final EvmChain chain;
    private final ExchangeCalls calls;

    Overtaker(Amount coins) {
      this.coins = coins;
      contracts.fund(rival, coins, Amount.ZERO);
      world.anvil().pay(rival.account(), 1_000_000_000_000_000_000L);
      ChainOptions options = ChainWorld.options(world.anvil(), Anvil.CHAIN);
      this.chain =
          EvmChain.connect(
              new ChainOptions(
                  options.node(),
                  options.chain(),
                  BigInteger.valueOf(1_000_000_000),
                  options.pollInterval(),
                  options.patience()));
      this.calls = new ExchangeCalls(ExchangeTerms.of(chain, contracts.contracts()));
      chain.send(rival, Optional.of(world.contract("coin")), calls.approve(coins));
    }

    <T> T overtake(Callable<T> slower) throws Exception {
      Order order = new Order(new Trade.ExactIn(Token.COIN, coins), Amount.ZERO, soon());
      String swap = calls.swap(rival.account(), order);
      world.anvil().setMining(false);
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<T> overtaken = threads.submit(slower);
        world.anvil().awaitWaiting(1);
        world.anvil().mine();
        world.anvil().awaitWaiting(1);
        Future<Sent> first =
            threads.submit(() -> chain.send(rival, Optional.of(world.contract("router")), swap));
        world.anvil().awaitWaiting(2);
        while (!overtaken.isDone()) {
          world.anvil().mine();
        }
        assertThat(first.get()).isInstanceOf(Sent.Mined.class);
        return overtaken.get();
      } finally {
        world.anvil().setMining(true);
      }
    }

    @Override
    public void close() {
      chain.close();
    }
  }

  @Test
  void exchange_ofThePriceOfTheStablecoin_isRefused() {
    ExchangeContracts its =
        ExchangeContracts.of(
            world.chain(), contracts.dollar(), world.contract("router"), contracts.twap());

    ZansocException refused =
        catchThrowableOfType(
            ZansocException.class, () -> new EvmExchange(world.chain(), its, world.keys()));

    assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    assertThat(refused).hasMessageContaining("price of the stablecoin");
  }

  @Test
  void update_ofAnAccountWhoseKeyIsNotHere_isRefused() {
    EvmKey other = TestKeys.fresh();

    ZansocException refused =
        catchThrowableOfType(ZansocException.class, () -> exchange.update(other.account()));

    assertThat(refused.code()).isEqualTo(ErrorCode.WRONG_KEY);
  }

  private static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(T value) -> value;
      case Outcome.Refused<T>(Refusal reason) -> throw new AssertionError(reason.message());
    };
  }
}
