package cloud.zansoc.cli.local;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.AveragePrice;
import cloud.zansoc.ledger.Bounds;
import cloud.zansoc.ledger.CloudPrice;
import cloud.zansoc.ledger.CoinPrice;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.OfferPricing;
import cloud.zansoc.ledger.Order;
import cloud.zansoc.ledger.Quote;
import cloud.zansoc.ledger.Slippage;
import cloud.zansoc.ledger.Token;
import cloud.zansoc.ledger.Trade;
import cloud.zansoc.ledger.UnitPrices;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The part of the demonstration in which a swap moves the coin's price, and an offer is priced by
 * the average.
 */
final class ExchangeScene {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int SHARE = 10;

  private final Output output;
  private final Consumer<Duration> pass;
  private final BiConsumer<String, String> figure;

  /**
   * @param pass lets time pass on the chain
   * @param figure takes what is shown at the end
   */
  ExchangeScene(Output output, Consumer<Duration> pass, BiConsumer<String, String> figure) {
    this.output = output;
    this.pass = pass;
    this.figure = figure;
  }

  /** Plays it with a tenth of the coins and dollars of an account, whose key the exchange has. */
  void run(Exchange exchange, AccountId client) {
    Amount coins = share(exchange.owned(client, Token.COIN));
    Amount dollars = share(exchange.owned(client, Token.DOLLAR));
    exchange
        .add(client, coins, dollars, new Bounds(Amount.ZERO, Amount.ZERO, deadline(exchange)))
        .orThrow();
    CoinPrice before = spot(exchange);

    Trade trade = new Trade.ExactIn(Token.DOLLAR, share(dollars));
    Quote quote = exchange.pool().quote(trade).orThrow();
    Amount least = Slippage.DEFAULT.limit(trade, quote);
    Quote swap = exchange.swap(client, new Order(trade, least, deadline(exchange))).orThrow();
    CoinPrice after = spot(exchange);
    if (after.ratio().compareTo(before.ratio()) <= 0) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "%s USD bought coins, and their price went from %s to %s USD"
              .formatted(dollars(exchange, swap.in()), before.usd(), after.usd()));
    }
    output.line(
        "  the client buys %s coins for %s USD; a coin was %s USD and is %s USD now"
            .formatted(
                swap.out().coins(), dollars(exchange, swap.in()), text(before), text(after)));
    figure.accept("swap: the coin's price", text(before) + " USD → " + text(after) + " USD");
    price(exchange, client);
  }

  private void price(Exchange exchange, AccountId client) {
    exchange.update(client).orThrow();
    pass.accept(exchange.priceRules().window());
    exchange.update(client).orThrow();
    AveragePrice average = exchange.twap().orThrow();
    Money hour = UnitPrices.DEFAULT.hour(CloudPrice.SIZE);
    Amount rate = new OfferPricing(exchange).rate(hour).orThrow();
    output.line(
        "  on average a coin is %s USD: 32 vCPUs and 64 GB are offered for %s units a second"
            .formatted(text(average.price()), rate.units()));
    figure.accept("32 vCPUs, 64 GB at the average price", rate.units() + " units a second");
  }

  private static CoinPrice spot(Exchange exchange) {
    return exchange.pool().spot(exchange.dollarDecimals()).orThrow();
  }

  private static Instant deadline(Exchange exchange) {
    return exchange.now().plus(PATIENCE);
  }

  private static Amount share(Amount amount) {
    return new Amount(amount.units().divide(BigInteger.valueOf(SHARE)));
  }

  private static String dollars(Exchange exchange, Amount amount) {
    return amount.decimal(exchange.dollarDecimals());
  }

  private static String text(CoinPrice price) {
    return price.usd().stripTrailingZeros().toPlainString();
  }
}
