package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.ledger.evm.EvmKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;

/** A provider of liquidity, a client, and what the tests of an exchange ask. */
abstract class ExchangeFixture {
  static final Amount COINS = Amount.ofCoins(1_000_000);
  static final Amount DOLLARS = dollars(500_000);
  static final Amount OWNED_COINS = Amount.ofCoins(10_000);
  static final Amount OWNED_DOLLARS = dollars(10_000);
  static final Amount ONE = Amount.ofUnits(1);

  ExchangeWorld world;
  Exchange exchange;
  EvmKey provider;
  EvmKey client;

  /** A world for one test. */
  abstract ExchangeWorld world();

  @BeforeEach
  final void fundProviderAndClient() {
    world = world();
    exchange = world.exchange();
    provider = TestKeys.fresh();
    client = TestKeys.fresh();
    world.fund(provider, COINS.times(2), DOLLARS.times(2));
    world.fund(client, OWNED_COINS, OWNED_DOLLARS);
  }

  static Amount dollars(long whole) {
    return Amount.ofUnits(whole).times(1_000_000);
  }

  /** Adds the liquidity that most tests have. */
  void fill() {
    done(exchange.add(provider.account(), COINS, DOLLARS, anyBounds()));
  }

  Instant soon() {
    return exchange.now().plus(Duration.ofMinutes(10));
  }

  Bounds anyBounds() {
    return new Bounds(Amount.ZERO, Amount.ZERO, soon());
  }

  Order in(Token given, Amount amount) {
    return new Order(new Trade.ExactIn(given, amount), Amount.ZERO, soon());
  }

  Order out(Token given, Amount amount) {
    return new Order(new Trade.ExactOut(given, amount), Amount.LARGEST, soon());
  }

  Outcome<Quote> swap(Order order) {
    return exchange.swap(client.account(), order);
  }

  Amount owned(EvmKey key, Token token) {
    return exchange.owned(key.account(), token);
  }

  static <T> T done(Outcome<T> outcome) {
    return LedgerFixture.done(outcome);
  }

  /** Why an operation is refused; also checks that nothing moves. */
  <T> Refusal refused(Supplier<Outcome<T>> operation) {
    List<Object> before = everything();
    Outcome<T> outcome = operation.get();
    assertThat(everything()).isEqualTo(before);
    return switch (outcome) {
      case Outcome.Done<T>(T value) -> throw new AssertionError("not refused: " + value);
      case Outcome.Refused<T>(Refusal reason) -> reason;
    };
  }

  List<Object> everything() {
    List<Object> all = new ArrayList<>();
    for (AccountId account :
        List.of(provider.account(), client.account(), world.treasury(), AccountId.NOBODY)) {
      all.add(exchange.owned(account, Token.COIN));
      all.add(exchange.owned(account, Token.DOLLAR));
      all.add(exchange.shares(account));
    }
    all.add(exchange.pool());
    all.add(exchange.history(Optional.empty(), Exchange.MAX_EVENTS).size());
    return all;
  }
}
