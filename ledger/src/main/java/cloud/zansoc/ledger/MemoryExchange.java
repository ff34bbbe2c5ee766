package cloud.zansoc.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The exchange's arithmetic and refusals without a chain: the oracle that the contracts are
 * compared with, and an exchange for tests of others.
 *
 * <p>Keeps everything in memory, without limit; nothing is durable.
 */
public final class MemoryExchange implements Exchange {
  private final AccountId treasury;
  private final int dollarDecimals;
  private final PriceRules rules;
  private final InstantSource clock;

  /** Guards all that follow. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<Token, Map<AccountId, Amount>> tokens = new EnumMap<>(Token.class);
  private final Map<AccountId, Amount> shares = new HashMap<>();
  private final MemoryPair pair = new MemoryPair();
  private final List<ExchangeEvent> events = new ArrayList<>();
  private Optional<Observation> observed = Optional.empty();
  private Optional<Average> average = Optional.empty();
  private int transactions;

  /** Made without liquidity; {@code treasury} gets a sixth of what liquidity earns. */
  public MemoryExchange(
      AccountId treasury, int dollarDecimals, PriceRules rules, InstantSource clock) {
    this.treasury = treasury;
    this.dollarDecimals = dollarDecimals;
    this.rules = rules;
    this.clock = clock;
    for (Token token : Token.values()) {
      tokens.put(token, new HashMap<>());
    }
  }

  private record Observation(BigInteger cumulative, long second) {}

  private record Average(BigInteger ratio, long second) {}

  /** Gives an account something from nowhere. */
  public void mint(AccountId account, Token token, Amount amount) {
    locked(() -> gain(account, token, amount));
  }

  @Override
  public Instant now() {
    return Instant.ofEpochSecond(second());
  }

  private long second() {
    return clock.instant().getEpochSecond();
  }

  @Override
  public int dollarDecimals() {
    return dollarDecimals;
  }

  @Override
  public PriceRules priceRules() {
    return rules;
  }

  @Override
  public Amount owned(AccountId account, Token token) {
    return locked(() -> of(token).getOrDefault(account, Amount.ZERO));
  }

  @Override
  public Amount shares(AccountId account) {
    return locked(() -> shares.getOrDefault(account, Amount.ZERO));
  }

  @Override
  public Pool pool() {
    return locked(pair::pool);
  }

  @Override
  public Outcome<Quote> swap(AccountId caller, Order order) {
    return locked(() ->
        tried(caller, order)
            .map(quote -> {
              lose(caller, quote.given(), quote.in());
              gain(caller, quote.given().other(), quote.out());
              pair.swap(quote, second());
              boolean buys = quote.given() == Token.DOLLAR;
              happened(
                  new ExchangeEvent.Swapped(
                      caller,
                      buys ? Amount.ZERO : quote.in(),
                      buys ? quote.in() : Amount.ZERO,
                      buys ? quote.out() : Amount.ZERO,
                      buys ? Amount.ZERO : quote.out()));
              return quote;
            }));
  }

  @Override
  public Outcome<Liquidity> add(
      AccountId caller, Amount mostCoins, Amount mostDollars, Bounds bounds) {
    return locked(() ->
        triedAdding(caller, mostCoins, mostDollars, bounds)
            .map(added -> {
              lose(caller, Token.COIN, added.coins());
              lose(caller, Token.DOLLAR, added.dollars());
              shares.merge(treasury, pair.treasuryShares(), Amount::plus);
              shares.merge(caller, added.shares(), Amount::plus);
              pair.add(added, second());
              happened(new ExchangeEvent.Added(caller, added));
              return added;
            }));
  }

  @Override
  public Outcome<Liquidity> remove(AccountId caller, Amount given, Bounds bounds) {
    return locked(() ->
        triedRemoving(caller, given, bounds)
            .map(removed -> {
              gain(caller, Token.COIN, removed.coins());
              gain(caller, Token.DOLLAR, removed.dollars());
              shares.merge(treasury, pair.treasuryShares(), Amount::plus);
              shares.put(caller, shares(caller).minus(given));
              pair.remove(removed, second());
              happened(new ExchangeEvent.Removed(caller, removed));
              return removed;
            }));
  }

  @Override
  public List<ExchangeEvent> history(Optional<AccountId> account, int most) {
    Exchange.checkMost(most);
    return locked(() ->
        events.reversed().stream()
            .filter(event -> account.isEmpty() || event.isOf(account.get()))
            .limit(most)
            .toList());
  }

  @Override
  public Outcome<AveragePrice> twap() {
    return locked(() -> {
      if (average.isEmpty()) {
        return new Outcome.Refused<>(new Refusal.NoPrice());
      }
      Duration age = Duration.ofSeconds(second() - average.get().second());
      return age.compareTo(rules.mostAge()) > 0
          ? new Outcome.Refused<>(new Refusal.StalePrice(age, rules.mostAge()))
          : new Outcome.Done<>(
              new AveragePrice(new CoinPrice(average.get().ratio(), dollarDecimals), age));
    });
  }

  @Override
  public Outcome<PriceUpdate> update(AccountId caller) {
    return locked(() -> {
      if (pair.pool().isEmpty()) {
        return new Outcome.Refused<>(new Refusal.EmptyPool());
      }
      Observation now = new Observation(pair.cumulative(second()), second());
      PriceUpdate update = observed.map(before -> since(before, now)).orElse(PriceUpdate.OBSERVED);
      if (update != PriceUpdate.TOO_EARLY) {
        observed = Optional.of(now);
      }
      return new Outcome.Done<>(update);
    });
  }

  private PriceUpdate since(Observation before, Observation now) {
    long elapsed = now.second() - before.second();
    if (elapsed < rules.window().toSeconds()) {
      return PriceUpdate.TOO_EARLY;
    }
    if (elapsed > rules.mostAge().toSeconds()) {
      return PriceUpdate.OBSERVED;
    }
    BigInteger ratio =
        MemoryPair.between(before.cumulative(), now.cumulative())
            .divide(BigInteger.valueOf(elapsed));
    average = Optional.of(new Average(ratio, now.second()));
    return PriceUpdate.AVERAGED;
  }

  private void happened(ExchangeEvent.Change change) {
    transactions++;
    Pool pool = pair.pool();
    for (ExchangeEvent.Change each :
        List.of(new ExchangeEvent.Synced(pool.coins(), pool.dollars()), change)) {
      events.add(new ExchangeEvent(now(), String.valueOf(transactions), each));
    }
  }

  private Map<AccountId, Amount> of(Token token) {
    return tokens.getOrDefault(token, Map.of());
  }

  private Amount gain(AccountId account, Token token, Amount amount) {
    return of(token).merge(account, amount, Amount::plus);
  }

  private void lose(AccountId account, Token token, Amount amount) {
    of(token).put(account, owned(account, token).minus(amount));
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
