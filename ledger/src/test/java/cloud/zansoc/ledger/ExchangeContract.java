package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What every exchange does, to the unit. */
abstract class ExchangeContract extends ExchangeFixture {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final Duration MOST_AGE = Duration.ofDays(1);

  @Test
  void exchange_whosePoolIsEmpty_refusesAllButAdding() {
    Refusal empty = new Refusal.EmptyPool();

    assertThat(exchange.pool()).isEqualTo(Pool.EMPTY);
    assertThat(exchange.pool().spot(6)).isEqualTo(new Outcome.Refused<>(empty));
    assertThat(refused(() -> swap(in(Token.COIN, ONE)))).isEqualTo(empty);
    assertThat(refused(() -> swap(out(Token.DOLLAR, ONE)))).isEqualTo(empty);
    assertThat(refused(() -> exchange.update(client.account()))).isEqualTo(empty);
    assertThat(refused(exchange::twap)).isEqualTo(new Refusal.NoPrice());
    assertThat(exchange.history(Optional.empty(), 1)).isEmpty();
  }

  @Test
  void add_toAnEmptyPool_takesAllAndMakesTheRootAsShares() {
    BigInteger root = COINS.units().multiply(DOLLARS.units()).sqrt();

    Liquidity added = done(exchange.add(provider.account(), COINS, DOLLARS, anyBounds()));

    Amount made = new Amount(root).minus(Pool.MINIMUM_SHARES);
    assertThat(added).isEqualTo(new Liquidity(COINS, DOLLARS, made));
    assertThat(exchange.pool()).isEqualTo(new Pool(COINS, DOLLARS, new Amount(root)));
    assertThat(exchange.shares(provider.account())).isEqualTo(made);
    assertThat(owned(provider, Token.COIN)).isEqualTo(COINS);
    assertThat(owned(provider, Token.DOLLAR)).isEqualTo(DOLLARS);
  }

  @Test
  void add_toAFilledPool_keepsItsProportion() {
    fill();

    Liquidity byCoins =
        done(exchange.add(client.account(), Amount.ofCoins(1_000), OWNED_DOLLARS, anyBounds()));
    Liquidity byDollars =
        done(exchange.add(client.account(), Amount.ofCoins(9_000), dollars(500), anyBounds()));

    assertThat(byCoins.coins()).isEqualTo(Amount.ofCoins(1_000));
    assertThat(byCoins.dollars()).isEqualTo(dollars(500));
    assertThat(byDollars).isEqualTo(byCoins);
    assertThat(owned(client, Token.COIN)).isEqualTo(Amount.ofCoins(8_000));
    assertThat(owned(client, Token.DOLLAR)).isEqualTo(dollars(9_000));
  }

  @Test
  void add_ofWhatCannotBeAdded_isRefused() {
    Amount most = Pool.LARGEST_RESERVE;
    assertThat(refused(() -> add(Amount.ZERO, ONE))).isEqualTo(new Refusal.ZeroAmount());
    assertThat(refused(() -> add(ONE, Amount.ZERO))).isEqualTo(new Refusal.ZeroAmount());
    // The root of 1000 · 1000 is what belongs to nobody.
    assertThat(refused(() -> add(Amount.ofUnits(1000), Amount.ofUnits(1000))))
        .isEqualTo(new Refusal.Dust());
    assertThat(refused(() -> add(Amount.LARGEST, ONE)))
        .isEqualTo(new Refusal.TooLarge(Amount.LARGEST));
    assertThat(refused(() -> add(ONE, most.plus(ONE))))
        .isEqualTo(new Refusal.TooLarge(most.plus(ONE)));
    assertThat(refused(() -> add(most, DOLLARS)))
        .isEqualTo(new Refusal.InsufficientTokens(client.account(), Token.COIN, OWNED_COINS, most));

    fill();

    assertThat(refused(() -> add(ONE, OWNED_DOLLARS))).isEqualTo(new Refusal.Dust());
    assertThat(refused(() -> add(most, most))).isInstanceOf(Refusal.TooLarge.class);
    assertThat(refused(() -> add(OWNED_COINS.times(3), OWNED_DOLLARS.times(3))))
        .isEqualTo(
            new Refusal.InsufficientTokens(
                client.account(), Token.COIN, OWNED_COINS, OWNED_COINS.times(3)));
  }

  private Outcome<Liquidity> add(Amount coins, Amount dollars) {
    return exchange.add(client.account(), coins, dollars, anyBounds());
  }

  @Test
  void add_outsideOfItsBounds_isRefusedAndSaysWhatWouldBe() {
    fill();
    Amount coins = Amount.ofCoins(1_000);
    Bounds tooManyCoins = new Bounds(coins.plus(ONE), Amount.ZERO, soon());
    Bounds tooManyDollars = new Bounds(coins, dollars(500).plus(ONE), soon());
    Bounds late = new Bounds(Amount.ZERO, Amount.ZERO, exchange.now().minusSeconds(1));

    assertThat(refused(() -> add(coins, dollars(600), tooManyCoins)))
        .isEqualTo(new Refusal.BelowLeast(Token.COIN, coins.plus(ONE), coins));
    assertThat(refused(() -> add(coins, dollars(600), tooManyDollars)))
        .isEqualTo(new Refusal.BelowLeast(Token.DOLLAR, dollars(500).plus(ONE), dollars(500)));
    assertThat(refused(() -> add(coins, dollars(600), late)))
        .isEqualTo(new Refusal.DeadlinePassed(late.deadline()));
    done(add(coins, dollars(600), new Bounds(coins, dollars(500), exchange.now())));
  }

  private Outcome<Liquidity> add(Amount coins, Amount dollars, Bounds bounds) {
    return exchange.add(client.account(), coins, dollars, bounds);
  }

  @Test
  void remove_ofAllShares_givesAllButWhatIsNobodys() {
    fill();
    Amount shares = exchange.shares(provider.account());

    Liquidity removed = done(exchange.remove(provider.account(), shares, anyBounds()));

    Pool left = exchange.pool();
    assertThat(left.shares()).isEqualTo(Pool.MINIMUM_SHARES);
    assertThat(removed)
        .isEqualTo(new Liquidity(COINS.minus(left.coins()), DOLLARS.minus(left.dollars()), shares));
    assertThat(exchange.shares(provider.account())).isEqualTo(Amount.ZERO);
    assertThat(owned(provider, Token.COIN)).isEqualTo(COINS.times(2).minus(left.coins()));
  }

  @Test
  void remove_ofWhatCannotBeRemoved_isRefused() {
    fill();
    AccountId account = provider.account();
    Amount shares = exchange.shares(account);
    for (Amount more : List.of(shares.plus(ONE), Amount.LARGEST)) {
      assertThat(refused(() -> exchange.remove(account, more, anyBounds())))
          .isEqualTo(new Refusal.InsufficientShares(account, shares, more));
    }
    assertThat(refused(() -> exchange.remove(account, Amount.ZERO, anyBounds())))
        .isEqualTo(new Refusal.ZeroAmount());
    assertThat(refused(() -> exchange.remove(account, ONE, anyBounds())))
        .isEqualTo(new Refusal.Dust());
  }

  @Test
  void remove_outsideOfItsBounds_isRefusedAndSaysWhatWouldBe() {
    fill();
    AccountId account = provider.account();
    Amount shares = Amount.ofUnits(1_000_000_000_000L);
    Liquidity expected = done(exchange.pool().removing(shares));
    Bounds tooManyDollars = new Bounds(expected.coins(), expected.dollars().plus(ONE), soon());
    Bounds late = new Bounds(Amount.ZERO, Amount.ZERO, exchange.now().minusSeconds(1));

    assertThat(refused(() -> exchange.remove(account, shares, tooManyDollars)))
        .isEqualTo(
            new Refusal.BelowLeast(Token.DOLLAR, expected.dollars().plus(ONE), expected.dollars()));
    assertThat(refused(() -> exchange.remove(account, shares, late)))
        .isEqualTo(new Refusal.DeadlinePassed(late.deadline()));
    Bounds exact = new Bounds(expected.coins(), expected.dollars(), exchange.now());
    assertThat(done(exchange.remove(account, shares, exact))).isEqualTo(expected);
  }

  @Test
  void swap_ofAnExactAmount_givesWhatWasQuoted() {
    fill();
    Order order = in(Token.DOLLAR, dollars(1_000));
    Quote expected = done(exchange.pool().quote(order.trade()));

    Quote seen = done(swap(order));

    // 997 · 1000 dollars · 1,000,000 coins / (1000 · 500,000 dollars + 997 · 1000 dollars)
    assertThat(seen.out().units()).isEqualTo(new BigInteger("1990031876438381866558"));
    assertThat(seen).isEqualTo(expected);
    assertThat(owned(client, Token.COIN)).isEqualTo(OWNED_COINS.plus(seen.out()));
    assertThat(owned(client, Token.DOLLAR)).isEqualTo(OWNED_DOLLARS.minus(dollars(1_000)));
    assertThat(exchange.pool().coins()).isEqualTo(COINS.minus(seen.out()));
    assertThat(exchange.pool().dollars()).isEqualTo(DOLLARS.plus(dollars(1_000)));
  }

  @Test
  void swap_forAnExactAmount_takesWhatWasQuoted() {
    fill();
    for (Token given : Token.values()) {
      Amount wanted = given == Token.COIN ? dollars(100) : Amount.ofCoins(100);
      Amount before = owned(client, given.other());
      Order order = out(given, wanted);
      Quote expected = done(exchange.pool().quote(order.trade()));

      assertThat(done(swap(order))).isEqualTo(expected);

      assertThat(owned(client, given.other())).isEqualTo(before.plus(wanted));
    }
  }

  @Test
  void swap_thereAndBack_losesTheFee() {
    fill();
    Amount coins = Amount.ofCoins(1_000);
    Amount dollars = done(swap(in(Token.COIN, coins))).out();

    Amount back = done(swap(in(Token.DOLLAR, dollars))).out();

    assertThat(back).isLessThan(coins.minus(Amount.ofCoins(5)));
    assertThat(back).isGreaterThan(coins.minus(Amount.ofCoins(7)));
  }

  @Test
  void swap_beyondItsLimit_isRefusedAndSaysWhatWouldBe() {
    fill();
    Trade in = new Trade.ExactIn(Token.COIN, Amount.ofCoins(10));
    Amount comes = done(exchange.pool().quote(in)).out();
    Trade out = new Trade.ExactOut(Token.DOLLAR, Amount.ofCoins(10));
    Amount costs = done(exchange.pool().quote(out)).in();

    assertThat(refused(() -> swap(new Order(in, comes.plus(ONE), soon()))))
        .isEqualTo(new Refusal.BelowLeast(Token.DOLLAR, comes.plus(ONE), comes));
    assertThat(refused(() -> swap(new Order(out, costs.minus(ONE), soon()))))
        .isEqualTo(new Refusal.AboveMost(Token.DOLLAR, costs.minus(ONE), costs));
    done(swap(new Order(out, costs, soon())));
    Amount comesNow = done(exchange.pool().quote(in)).out();
    assertThat(done(swap(new Order(in, comesNow, soon()))).out()).isEqualTo(comesNow);
  }

  @Test
  void swap_inAndAfterTheLastSecond_isDoneAndRefused() {
    fill();
    Instant deadline = exchange.now().plus(WINDOW);
    Order order =
        new Order(new Trade.ExactIn(Token.COIN, Amount.ofCoins(1)), Amount.ZERO, deadline);

    world.pass(WINDOW);
    done(swap(order));
    world.pass(Duration.ofSeconds(1));

    assertThat(refused(() -> swap(order))).isEqualTo(new Refusal.DeadlinePassed(deadline));
  }

  @Test
  void swap_ofZeroDustOrTheLargestAmount_isRefused() {
    fill();
    for (Token given : Token.values()) {
      assertThat(refused(() -> swap(in(given, Amount.ZERO)))).isEqualTo(new Refusal.ZeroAmount());
      assertThat(refused(() -> swap(out(given, Amount.ZERO)))).isEqualTo(new Refusal.ZeroAmount());
      assertThat(refused(() -> swap(in(given, Amount.LARGEST))))
          .isEqualTo(new Refusal.TooLarge(Amount.LARGEST));
      Amount available = exchange.pool().of(given.other());
      for (Amount all : List.of(available, Amount.LARGEST)) {
        assertThat(refused(() -> swap(out(given, all))))
            .isEqualTo(new Refusal.BeyondPool(available, all));
      }
    }
    // A unit of the coin is worth less than one of the stablecoin.
    assertThat(refused(() -> swap(in(Token.COIN, ONE)))).isEqualTo(new Refusal.Dust());
  }

  @Test
  void swap_ofMoreThanIsOwned_isRefused() {
    fill();
    Amount more = OWNED_DOLLARS.plus(ONE);

    assertThat(refused(() -> swap(in(Token.DOLLAR, more))))
        .isEqualTo(
            new Refusal.InsufficientTokens(client.account(), Token.DOLLAR, OWNED_DOLLARS, more));

    Quote all = done(exchange.pool().quote(new Trade.ExactIn(Token.COIN, OWNED_COINS)));
    Amount wanted = all.out().plus(dollars(1));
    assertThat(refused(() -> swap(out(Token.COIN, wanted))))
        .isInstanceOf(Refusal.InsufficientTokens.class);
  }

  @Test
  void swap_upToTheLargestReserve_isDoneAndBeyondRefused() {
    fill();
    Amount room = Pool.LARGEST_RESERVE.minus(DOLLARS);
    world.fund(client, Amount.ZERO, Amount.LARGEST.minus(DOLLARS.times(3)));

    assertThat(refused(() -> swap(in(Token.DOLLAR, room.plus(ONE)))))
        .isEqualTo(new Refusal.TooLarge(room.plus(ONE)));
    done(swap(in(Token.DOLLAR, room)));

    assertThat(exchange.pool().dollars()).isEqualTo(Pool.LARGEST_RESERVE);
    assertThat(refused(() -> swap(in(Token.DOLLAR, ONE)))).isEqualTo(new Refusal.TooLarge(ONE));
  }

  @Test
  void liquidity_afterSwaps_hasGrownAndTheTreasuryGetsASixth() {
    fill();
    for (int i = 0; i < 3; i++) {
      done(swap(in(Token.DOLLAR, dollars(2_000))));
      done(swap(in(Token.COIN, Amount.ofCoins(3_000))));
    }
    Pool grown = exchange.pool();
    Amount own = exchange.shares(provider.account());
    Amount pending = grown.shares().minus(own).minus(Pool.MINIMUM_SHARES);
    assertThat(pending).isGreaterThan(Amount.ZERO);
    assertThat(exchange.shares(world.treasury())).isEqualTo(Amount.ZERO);

    Liquidity removed = done(exchange.remove(provider.account(), own, anyBounds()));

    assertThat(exchange.shares(world.treasury())).isEqualTo(pending);
    BigInteger grownRoot = grown.coins().units().multiply(grown.dollars().units()).sqrt();
    BigInteger firstRoot = COINS.units().multiply(DOLLARS.units()).sqrt();
    BigInteger removedRoot = removed.coins().units().multiply(removed.dollars().units()).sqrt();
    BigInteger growth = grownRoot.subtract(firstRoot);
    BigInteger kept = removedRoot.subtract(firstRoot);
    // Five sixths, but for what rounding takes and the shares that are nobody's.
    assertThat(kept.multiply(BigInteger.valueOf(6)).doubleValue())
        .isCloseTo(
            growth.multiply(BigInteger.valueOf(5)).doubleValue(), Percentage.withPercentage(0.01));
  }

  @Test
  void history_ofAllAndOfAnAccount_isTheNewestFirst() {
    Instant start = exchange.now();
    fill();
    world.pass(WINDOW);
    Quote bought = done(swap(in(Token.DOLLAR, dollars(10))));
    Quote sold = done(swap(in(Token.COIN, Amount.ofCoins(10))));
    Amount shares = Amount.ofUnits(1_000_000_000_000L);
    Liquidity removed = done(exchange.remove(provider.account(), shares, anyBounds()));

    List<ExchangeEvent> all = exchange.history(Optional.empty(), 100);

    ExchangeEvent.Change buying =
        new ExchangeEvent.Swapped(
            client.account(), Amount.ZERO, dollars(10), bought.out(), Amount.ZERO);
    ExchangeEvent.Change selling =
        new ExchangeEvent.Swapped(
            client.account(), Amount.ofCoins(10), Amount.ZERO, Amount.ZERO, sold.out());
    Liquidity added =
        new Liquidity(COINS, DOLLARS, exchange.shares(provider.account()).plus(shares));
    assertThat(all)
        .extracting(ExchangeEvent::change)
        .filteredOn(change -> !(change instanceof ExchangeEvent.Synced))
        .containsExactly(
            new ExchangeEvent.Removed(provider.account(), removed),
            selling,
            buying,
            new ExchangeEvent.Added(provider.account(), added));
    assertThat(all).hasSize(8);
    assertThat(all.getLast().change()).isEqualTo(new ExchangeEvent.Synced(COINS, DOLLARS));
    assertThat(all.getLast().at()).isEqualTo(start);
    assertThat(all.getFirst().at()).isEqualTo(start.plus(WINDOW));
    assertThat(exchange.history(Optional.of(client.account()), 100))
        .extracting(ExchangeEvent::change)
        .containsExactly(selling, buying);
    assertThat(exchange.history(Optional.empty(), 3)).isEqualTo(all.subList(0, 3));
    assertThatThrownBy(() -> exchange.history(Optional.empty(), 0)).hasMessageContaining("1 to");
  }

  @Test
  void update_ofASteadyPool_averagesItsPriceAfterTheWindow() {
    fill();
    assertThat(done(exchange.update(client.account()))).isEqualTo(PriceUpdate.OBSERVED);
    assertThat(refused(exchange::twap)).isEqualTo(new Refusal.NoPrice());
    world.pass(WINDOW.minusSeconds(1));
    assertThat(done(exchange.update(client.account()))).isEqualTo(PriceUpdate.TOO_EARLY);
    world.pass(Duration.ofSeconds(1));
    assertThat(done(exchange.update(client.account()))).isEqualTo(PriceUpdate.AVERAGED);

    AveragePrice average = done(exchange.twap());

    assertThat(average.age()).isZero();
    assertThat(average.price()).isEqualTo(done(exchange.pool().spot(exchange.dollarDecimals())));
    assertThat(average.price().usd()).isEqualByComparingTo(new BigDecimal("0.5"));
    assertThat(average.price().toUsd(Amount.ofCoins(3))).isEqualTo(new Money(1_499_999));
    assertThat(average.price().toCoin(new Money(1_000_000)))
        .isBetween(Amount.ofCoins(2), Amount.ofCoins(2).plus(Amount.ofUnits(1_000_000_000_000L)));
  }

  @Test
  void update_ofAMovedPool_averagesOverTime() {
    fill();
    done(exchange.update(client.account()));
    BigInteger before = spot();
    world.pass(WINDOW);
    done(swap(in(Token.DOLLAR, OWNED_DOLLARS)));
    BigInteger after = spot();
    world.pass(WINDOW.multipliedBy(3));

    assertThat(done(exchange.update(client.account()))).isEqualTo(PriceUpdate.AVERAGED);

    BigInteger mean = after.multiply(BigInteger.valueOf(3)).add(before).shiftRight(2);
    assertThat(done(exchange.twap()).price().ratio()).isEqualTo(mean);
  }

  private BigInteger spot() {
    return done(exchange.pool().spot(exchange.dollarDecimals())).ratio();
  }

  @Test
  void twap_thatNobodyUpdates_isStaleUntilTheSecondUpdate() {
    fill();
    done(exchange.update(client.account()));
    world.pass(WINDOW);
    done(exchange.update(client.account()));
    world.pass(MOST_AGE);
    assertThat(done(exchange.twap()).age()).isEqualTo(MOST_AGE);
    world.pass(Duration.ofSeconds(1));
    assertThat(refused(exchange::twap))
        .isEqualTo(new Refusal.StalePrice(MOST_AGE.plusSeconds(1), MOST_AGE));

    assertThat(done(exchange.update(client.account()))).isEqualTo(PriceUpdate.OBSERVED);
    assertThat(exchange.twap()).isInstanceOf(Outcome.Refused.class);
    world.pass(WINDOW);
    assertThat(done(exchange.update(client.account()))).isEqualTo(PriceUpdate.AVERAGED);

    assertThat(done(exchange.twap()).age()).isZero();
    assertThat(exchange.priceRules()).isEqualTo(new PriceRules(WINDOW, MOST_AGE));
  }
}
