package cloud.zansoc.cli.exchange;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.AveragePrice;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Pool;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.Token;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

@Command(
    name = "price",
    description = {
      "Show what a coin costs: now in the pool, and on average over time.",
      "Offers of hosts are priced by the average."
    })
final class ExchangePriceCommand extends OnExchange {
  /**
   * The result.
   *
   * @param spotUsd of a coin in the pool; empty: the pool is empty
   * @param averageUsd over time; empty: {@code noAverage} says why
   */
  record View(
      Optional<String> spotUsd,
      Optional<String> averageUsd,
      Optional<Long> averageAgeSeconds,
      Optional<String> noAverage,
      String poolCoins,
      String poolDollars) {}

  @Override
  void run(ChainSession chain, Exchange exchange, Output output) {
    Texts texts = Texts.of(exchange);
    Pool pool = exchange.pool();
    Outcome<AveragePrice> average = exchange.twap();
    Optional<AveragePrice> known = value(average);
    View view =
        new View(
            value(pool.spot(texts.dollarDecimals())).map(Texts::price),
            known.map(AveragePrice::price).map(Texts::price),
            known.map(it -> it.age().toSeconds()),
            average instanceof Outcome.Refused<AveragePrice>(Refusal reason)
                ? Optional.of(reason.message())
                : Optional.empty(),
            texts.number(Token.COIN, pool.coins()),
            texts.number(Token.DOLLAR, pool.dollars()));
    if (output.isJson()) {
      output.json(view);
      return;
    }
    output.table(
        List.of("", ">", ""),
        List.of(
            List.of("now", view.spotUsd().map(it -> it + " USD").orElse("-"), "in the pool"),
            List.of(
                "on average",
                view.averageUsd().map(it -> it + " USD").orElse("-"),
                view.averageAgeSeconds()
                    .map(it -> "known for " + it + " s")
                    .or(view::noAverage)
                    .orElse("")),
            List.of("coins in the pool", view.poolCoins() + " ZANS", ""),
            List.of("dollars in the pool", view.poolDollars() + " USD", "")));
  }

  private static <T> Optional<T> value(Outcome<T> outcome) {
    return outcome instanceof Outcome.Done<T>(T value) ? Optional.of(value) : Optional.empty();
  }
}
