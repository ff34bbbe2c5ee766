package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.ledger.evm.ChainExchange;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same random operations on the model and on the contracts: every answer, every balance and the
 * whole history must be the same. Run again with -Dzansoc.seed=SEED, which a failure names.
 */
final class ExchangeDifferentialTest {
  private static final int OPERATIONS = 150;
  private static final Amount COINS = Amount.ofCoins(1000);
  private static final Amount DOLLARS = Amount.ofUnits(1_000_000_000L);

  private final long seed = Long.getLong("zansoc.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final List<EvmKey> keys = IntStream.range(0, 4).mapToObj(i -> TestKeys.fresh()).toList();
  private int done;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void operations_atRandom_haveTheSameOutcomeInModelAndContracts(boolean coinIsFirst)
      throws IOException {
    try (ChainWorld world = ChainWorld.start()) {
      ChainExchange contracts = ChainExchange.on(world, coinIsFirst);
      Exchange chain = contracts.exchange();
      ExchangeWorld model =
          new MemoryExchangeWorld(contracts.treasury(), chain.priceRules(), chain.now());
      for (EvmKey key : keys) {
        contracts.fund(key, COINS, DOLLARS);
        model.fund(key, COINS, DOLLARS);
      }
      for (int i = 0; i < OPERATIONS; i++) {
        Duration time = Duration.ofSeconds(random.nextInt(3) == 0 ? random.nextInt(100) : 0);
        if (random.nextInt(60) == 0) {
          time = Duration.ofDays(1);
        }
        contracts.pass(time);
        model.pass(time);
        Function<Exchange, Outcome<?>> operation = next(model.exchange());
        Outcome<?> expected = operation.apply(model.exchange());
        assertThat(operation.apply(chain))
            .as("operation %d of seed %d", i, seed)
            .isEqualTo(expected);
        assertThat(state(chain, contracts.treasury()))
            .as("state after operation %d of seed %d", i, seed)
            .isEqualTo(state(model.exchange(), contracts.treasury()));
        done += expected instanceof Outcome.Done<?> ? 1 : 0;
      }
      for (Optional<AccountId> account : accounts()) {
        assertThat(changes(chain, account))
            .as("history of %s with seed %d", account, seed)
            .isEqualTo(changes(model.exchange(), account));
      }
    }
    assertThat(done).as("operations of seed %d that were not refused", seed).isGreaterThan(40);
  }

  private Stream<AccountId> everyone(AccountId treasury) {
    return Stream.concat(keys.stream().map(EvmKey::account), Stream.of(treasury));
  }

  private List<Optional<AccountId>> accounts() {
    return List.of(Optional.empty(), Optional.of(keys.getFirst().account()));
  }

  private List<Object> state(Exchange exchange, AccountId treasury) {
    Stream<Object> owned =
        everyone(treasury)
            .flatMap(account ->
                Stream.of(
                    exchange.owned(account, Token.COIN),
                    exchange.owned(account, Token.DOLLAR),
                    exchange.shares(account)));
    return Stream.concat(owned, Stream.of(exchange.pool(), exchange.twap())).toList();
  }

  private static List<ExchangeEvent> changes(Exchange exchange, Optional<AccountId> account) {
    return exchange.history(account, Exchange.MAX_EVENTS).stream()
        .map(event -> new ExchangeEvent(event.at(), "", event.change()))
        .toList();
  }

  private Function<Exchange, Outcome<?>> next(Exchange model) {
    AccountId caller = keys.get(random.nextInt(keys.size())).account();
    Instant deadline = model.now().plusSeconds(random.nextInt(20) - 1);
    return switch (random.nextInt(12)) {
      case 0, 1 -> add(caller, bounds(deadline));
      case 2 -> remove(caller, model.shares(caller), bounds(deadline));
      case 3 -> exchange -> exchange.update(caller);
      case 4 -> Exchange::twap;
      default -> swap(caller, model, deadline);
    };
  }

  private Function<Exchange, Outcome<?>> add(AccountId caller, Bounds bounds) {
    Amount coins = some(Amount.ofCoins(200));
    Amount dollars = some(Amount.ofUnits(200_000_000));
    return exchange -> exchange.add(caller, coins, dollars, bounds);
  }

  private Function<Exchange, Outcome<?>> remove(AccountId caller, Amount has, Bounds bounds) {
    Amount shares = random.nextInt(4) == 0 ? has : some(has.plus(has));
    return exchange -> exchange.remove(caller, shares, bounds);
  }

  private Bounds bounds(Instant deadline) {
    boolean none = random.nextInt(3) > 0;
    return new Bounds(
        none ? Amount.ZERO : some(Amount.ofCoins(100)),
        none ? Amount.ZERO : some(Amount.ofUnits(100_000_000)),
        deadline);
  }

  private Function<Exchange, Outcome<?>> swap(AccountId caller, Exchange model, Instant deadline) {
    Token given = random.nextBoolean() ? Token.COIN : Token.DOLLAR;
    boolean in = random.nextBoolean();
    boolean coins = (given == Token.COIN) == in;
    Amount amount = some(coins ? Amount.ofCoins(100) : Amount.ofUnits(100_000_000));
    Trade trade = in ? new Trade.ExactIn(given, amount) : new Trade.ExactOut(given, amount);
    Order order = new Order(trade, limit(trade, model), deadline);
    return exchange -> exchange.swap(caller, order);
  }

  /** What is quoted, or a little more or less. */
  private Amount limit(Trade trade, Exchange model) {
    if (!(model.pool().quote(trade) instanceof Outcome.Done<Quote>(Quote quote))) {
      return Amount.ZERO;
    }
    Amount open = trade instanceof Trade.ExactIn ? quote.out() : quote.in();
    BigInteger limit = open.units().add(BigInteger.valueOf(random.nextInt(5) - 2));
    return new Amount(limit.max(BigInteger.ZERO));
  }

  /** Mostly of any size below; sometimes nothing, one unit, or the largest there is. */
  private Amount some(Amount most) {
    return switch (random.nextInt(20)) {
      case 0 -> Amount.ZERO;
      case 1 -> Amount.ofUnits(1);
      case 2 -> Amount.LARGEST;
      default -> {
        BigInteger below = most.units().add(BigInteger.ONE);
        yield new Amount(new BigInteger(below.bitLength() + 8, random).mod(below));
      }
    };
  }
}
