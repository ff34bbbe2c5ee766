package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.AveragePrice;
import cloud.zansoc.ledger.Bounds;
import cloud.zansoc.ledger.CoinPrice;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.ExchangeEvent;
import cloud.zansoc.ledger.Liquidity;
import cloud.zansoc.ledger.Order;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Pool;
import cloud.zansoc.ledger.PriceRules;
import cloud.zansoc.ledger.PriceUpdate;
import cloud.zansoc.ledger.Quote;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.Token;
import cloud.zansoc.ledger.Trade;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.response.EthCall;

/**
 * The exchange that Uniswap V2's router and pair, and the price contract, make. What it gives comes
 * out of the events of the block that it was done in.
 *
 * <p>The router takes coins and dollars by an allowance, which is set to exactly what is needed
 * before, and to nothing afterwards; shares it takes by a permit. Nothing is sent for what would be
 * refused. Where a process dies in between, an allowance of at most one operation's amount is left,
 * which only its owner can make the router use.
 *
 * <p>Callers are accounts of the {@link Keyring}.
 */
public final class EvmExchange implements Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(EvmExchange.class);
  private static final byte[] PERMIT_TYPE =
      Words.keccak(
          "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

  private final EvmChain chain;
  private final Keyring keys;
  private final ExchangeContracts contracts;
  private final ExchangeTerms terms;
  private final ExchangeCalls calls;
  private final ExchangeEvents events;
  private final AccountOrder callers = new AccountOrder();

  /**
   * The exchange of contracts that are there.
   *
   * @throws ZansocException PRECONDITION_FAILED where they are others
   */
  public EvmExchange(EvmChain chain, ExchangeContracts contracts, Keyring keys) {
    this.chain = chain;
    this.keys = keys;
    this.contracts = contracts;
    this.terms = ExchangeTerms.of(chain, contracts);
    this.calls = new ExchangeCalls(terms);
    this.events = new ExchangeEvents(terms);
  }

  @Override
  public Instant now() {
    return chain.now();
  }

  @Override
  public int dollarDecimals() {
    return terms.dollarDecimals();
  }

  @Override
  public PriceRules priceRules() {
    return terms.rules();
  }

  @Override
  public Amount owned(AccountId account, Token token) {
    return balance(terms.of(token), account);
  }

  @Override
  public Amount shares(AccountId account) {
    return balance(contracts.pair(), account);
  }

  private Amount balance(AccountId token, AccountId account) {
    return chain.read(token, EscrowCalls.balanceOf(account)).amount(0);
  }

  /** All of one block; a node that keeps no older state may give it up while it is asked. */
  @Override
  public Pool pool() {
    try {
      return poolOfNewestBlock();
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.GONE) {
        return poolOfNewestBlock();
      }
      throw e;
    }
  }

  private Pool poolOfNewestBlock() {
    ChainHistory history = new ChainHistory(chain);
    List<Words> answers =
        history.read(
            history.newest().block(),
            List.of(
                new ChainHistory.View(contracts.pair(), EscrowCalls.view("getReserves")),
                new ChainHistory.View(contracts.pair(), EscrowCalls.view("totalSupply")),
                new ChainHistory.View(contracts.pair(), EscrowCalls.view("kLast")),
                new ChainHistory.View(contracts.factory(), EscrowCalls.view("feeTo"))));
    int coinWord = terms.coinIsFirst() ? 0 : 1;
    Amount coins = answers.get(0).amount(coinWord);
    Amount dollars = answers.get(0).amount(1 - coinWord);
    Amount shares = answers.get(1).amount(0);
    boolean takesFee = !answers.get(3).account(0).equals(AccountId.NOBODY);
    BigInteger productThen = takesFee ? answers.get(2).number(0) : BigInteger.ZERO;
    return new Pool(
        coins, dollars, shares.plus(Pool.treasuryShares(coins, dollars, shares, productThen)));
  }

  @Override
  public List<ExchangeEvent> history(Optional<AccountId> account, int most) {
    Exchange.checkMost(most);
    return new ExchangeHistory(chain, terms).newest(account, most);
  }

  @Override
  public Outcome<Quote> swap(AccountId caller, Order order) {
    Token given = order.trade().given();
    return callers.next(
        caller,
        () ->
            tried(caller, order)
                .then(quote -> {
                  allow(caller, given, toAllow(caller, order));
                  Sent sent = send(caller, contracts.router(), calls.swap(caller, order));
                  forbid(caller, given);
                  return outcome(
                      sent, receipt -> swapped(caller, given, receipt), () -> tried(caller, order));
                }));
  }

  private Amount toAllow(AccountId caller, Order order) {
    return switch (order.trade()) {
      case Trade.ExactIn(Token given, Amount in) -> in;
      case Trade.ExactOut(Token given, Amount out) -> smallest(order.limit(), owned(caller, given));
    };
  }

  private Quote swapped(AccountId caller, Token given, Receipt receipt) {
    AccountId pair = contracts.pair();
    Amount in = ExchangeEvents.moved(receipt, terms.of(given), caller, pair);
    Amount out = ExchangeEvents.moved(receipt, terms.of(given.other()), pair, caller);
    return new Quote(
        given,
        in,
        out,
        events.reserve(receipt, given).minus(in),
        events.reserve(receipt, given.other()).plus(out));
  }

  @Override
  public Outcome<Liquidity> add(
      AccountId caller, Amount mostCoins, Amount mostDollars, Bounds bounds) {
    Supplier<Outcome<Liquidity>> tried = () -> triedAdding(caller, mostCoins, mostDollars, bounds);
    return callers.next(
        caller,
        () ->
            tried
                .get()
                .then(expected -> {
                  allow(caller, Token.COIN, smallest(mostCoins, owned(caller, Token.COIN)));
                  allow(caller, Token.DOLLAR, smallest(mostDollars, owned(caller, Token.DOLLAR)));
                  String data = calls.add(caller, mostCoins, mostDollars, bounds);
                  Sent sent = send(caller, contracts.router(), data);
                  forbid(caller, Token.COIN);
                  forbid(caller, Token.DOLLAR);
                  return outcome(sent, receipt -> added(caller, receipt), tried);
                }));
  }

  private Liquidity added(AccountId caller, Receipt receipt) {
    AccountId pair = contracts.pair();
    return new Liquidity(
        ExchangeEvents.moved(receipt, terms.coin(), caller, pair),
        ExchangeEvents.moved(receipt, contracts.stablecoin(), caller, pair),
        ExchangeEvents.moved(receipt, pair, AccountId.NOBODY, caller));
  }

  @Override
  public Outcome<Liquidity> remove(AccountId caller, Amount shares, Bounds bounds) {
    Supplier<Outcome<Liquidity>> tried = () -> triedRemoving(caller, shares, bounds);
    return callers.next(
        caller,
        () ->
            tried
                .get()
                .then(expected -> {
                  Sent sent = send(caller, contracts.router(), removal(caller, shares, bounds));
                  if (sent instanceof Sent.Reverted) {
                    // Somebody may have handed the permit in before us; the allowance is there
                    // then.
                    sent = send(caller, contracts.router(), removal(caller, shares, bounds));
                  }
                  return outcome(sent, receipt -> removed(caller, shares, receipt), tried);
                }));
  }

  /** With a permit, but for where the router is allowed to take exactly that already. */
  private String removal(AccountId caller, Amount shares, Bounds bounds) {
    if (allowance(caller, contracts.pair()).equals(shares)) {
      return calls.remove(caller, shares, bounds);
    }
    BigInteger nonce = chain.read(contracts.pair(), EscrowCalls.permitNonceOf(caller)).number(0);
    byte[] permit =
        new TypedData("Uniswap V2", chain.id(), contracts.pair())
            .digest(
                PERMIT_TYPE,
                caller,
                contracts.router(),
                shares.units(),
                nonce,
                BigInteger.valueOf(bounds.deadline().getEpochSecond()));
    return calls.removeWithPermit(caller, shares, bounds, keys.of(caller).sign(permit));
  }

  private Liquidity removed(AccountId caller, Amount shares, Receipt receipt) {
    AccountId pair = contracts.pair();
    return new Liquidity(
        ExchangeEvents.moved(receipt, terms.coin(), pair, caller),
        ExchangeEvents.moved(receipt, contracts.stablecoin(), pair, caller),
        shares);
  }

  @Override
  public Outcome<AveragePrice> twap() {
    EthCall price = pending("price");
    if (price.hasError()) {
      return refusedPrice(chain.revertData(price, "eth_call"));
    }
    EthCall averagedAt = pending("averagedAt");
    if (averagedAt.hasError()) {
      throw chain.failed("eth_call of " + contracts.twap(), averagedAt);
    }
    Instant since = Words.read(averagedAt.getValue(), 0).time(0);
    return new Outcome.Done<>(
        new AveragePrice(
            new CoinPrice(Words.read(price.getValue(), 0).number(0), dollarDecimals()),
            Duration.between(since, now())));
  }

  /** On the state of the next block: prices grow old by the clock, also while no block is made. */
  private EthCall pending(String function) {
    return chain.call(
        AccountId.NOBODY,
        Optional.of(contracts.twap()),
        EscrowCalls.view(function),
        DefaultBlockParameterName.PENDING);
  }

  @Override
  public Outcome<PriceUpdate> update(AccountId caller) {
    EthCall tried = pending("update");
    if (tried.hasError()) {
      return refusedPrice(chain.revertData(tried, "eth_call"));
    }
    if (Words.read(tried.getValue(), 0).number(0).signum() == 0) {
      return new Outcome.Done<>(PriceUpdate.TOO_EARLY);
    }
    return switch (send(caller, contracts.twap(), EscrowCalls.view("update"))) {
      case Sent.Mined(Receipt receipt) ->
          new Outcome.Done<>(
              events.hasAveraged(receipt) ? PriceUpdate.AVERAGED : PriceUpdate.OBSERVED);
      case Sent.Reverted(String error) -> refusedPrice(error);
    };
  }

  private <T> Outcome<T> refusedPrice(String error) {
    return new Outcome.Refused<>(
        ExchangeErrors.ofPrice(error, terms.rules())
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.INTERNAL,
                    "the price contract %s failed with %s"
                        .formatted(contracts.twap(), ExchangeErrors.text(error)))));
  }

  private Amount allowance(AccountId owner, AccountId token) {
    return chain.read(token, calls.allowance(owner)).amount(0);
  }

  /** Lets the router take exactly so much. */
  private void allow(AccountId owner, Token token, Amount amount) {
    Amount allowed = allowance(owner, terms.of(token));
    if (allowed.equals(amount)) {
      return;
    }
    if (!allowed.isZero() && !amount.isZero()) {
      // Some stablecoins refuse to change an allowance into another one.
      approve(owner, token, Amount.ZERO);
    }
    approve(owner, token, amount);
  }

  private void approve(AccountId owner, Token token, Amount amount) {
    if (send(owner, terms.of(token), calls.approve(amount))
        instanceof Sent.Reverted(String error)) {
      throw new ZansocException(
          ErrorCode.INTERNAL,
          "%s at %s refused an allowance: %s; nothing was exchanged"
              .formatted(token.text(), terms.of(token), ExchangeErrors.text(error)));
    }
  }

  /** Takes back what is left of an allowance; what was done stays done where that fails. */
  private void forbid(AccountId owner, Token token) {
    try {
      allow(owner, token, Amount.ZERO);
    } catch (ZansocException e) {
      LOG.warn("an allowance of {} for the exchange is left to {}", token.text(), owner, e);
    }
  }

  private Sent send(AccountId caller, AccountId contract, String data) {
    return chain.send(keys.of(caller), Optional.of(contract), data);
  }

  /**
   * What came of it.
   *
   * @param again looks for the reason of a refusal: the pool is another one than before
   */
  private static <T> Outcome<T> outcome(
      Sent sent, Function<Receipt, T> result, Supplier<Outcome<T>> again) {
    return switch (sent) {
      case Sent.Mined(Receipt receipt) -> new Outcome.Done<>(result.apply(receipt));
      case Sent.Reverted(String error) ->
          switch (again.get()) {
            case Outcome.Refused<T>(Refusal reason) -> new Outcome.Refused<>(reason);
            case Outcome.Done<T> _ ->
                throw new ZansocException(
                    ErrorCode.CONFLICT,
                    "the exchange refused with '%s' what it would do now; nothing was exchanged, try again"
                        .formatted(ExchangeErrors.text(error)));
          };
    };
  }

  /** The smaller one, and never more than a pool counts: that would be a lasting allowance. */
  private static Amount smallest(Amount first, Amount second) {
    Amount smaller = first.compareTo(second) < 0 ? first : second;
    return smaller.compareTo(Pool.LARGEST_RESERVE) < 0 ? smaller : Pool.LARGEST_RESERVE;
  }
}
