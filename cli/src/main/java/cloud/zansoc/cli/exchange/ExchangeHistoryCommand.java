package cloud.zansoc.cli.exchange;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.ExchangeEvent;
import cloud.zansoc.ledger.Token;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "history",
    description = "List what this profile's account has exchanged, the newest first.")
final class ExchangeHistoryCommand extends OnExchange {
  private static final List<String> HEADERS =
      List.of("TIME", "WHAT", ">COINS", ">DOLLARS", "ACCOUNT", "TRANSACTION");

  @Option(names = "--all", description = "What everybody has exchanged, and what the pool held.")
  private boolean all;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many, up to 1000 (default: 20).")
  private int limit;

  /**
   * An event; amounts in whole coins and dollars, with a minus where the pool gave them.
   *
   * @param account empty where the pool only says what it holds
   */
  record View(
      String at,
      String what,
      String coins,
      String dollars,
      Optional<String> account,
      String transaction) {}

  @Override
  void run(ChainSession chain, Exchange exchange, Output output) {
    if (limit < 1 || limit > Exchange.MAX_EVENTS) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "--limit is 1 to %d, not %d".formatted(Exchange.MAX_EVENTS, limit));
    }
    Texts texts = Texts.of(exchange);
    Optional<AccountId> account = all ? Optional.empty() : Optional.of(chain.account());
    List<View> views =
        exchange.history(account, limit).stream().map(event -> view(texts, event)).toList();
    if (output.isJson()) {
      output.json(views);
      return;
    }
    output.table(
        HEADERS,
        views.stream()
            .map(view ->
                List.of(
                    view.at(),
                    view.what(),
                    view.coins(),
                    view.dollars(),
                    view.account().orElse("-"),
                    view.transaction()))
            .toList());
  }

  private static View view(Texts texts, ExchangeEvent event) {
    return switch (event.change()) {
      case ExchangeEvent.Swapped it -> {
        boolean sold = it.coinsIn().compareTo(it.coinsOut()) > 0;
        yield view(
            event,
            sold ? "sold" : "bought",
            sold
                ? texts.number(Token.COIN, it.coinsIn().minus(it.coinsOut()))
                : minus(texts.number(Token.COIN, it.coinsOut().minus(it.coinsIn()))),
            it.dollarsIn().compareTo(it.dollarsOut()) > 0
                ? texts.number(Token.DOLLAR, it.dollarsIn().minus(it.dollarsOut()))
                : minus(texts.number(Token.DOLLAR, it.dollarsOut().minus(it.dollarsIn()))),
            Optional.of(it.account()));
      }
      case ExchangeEvent.Added it ->
          view(
              event,
              "added",
              texts.number(Token.COIN, it.liquidity().coins()),
              texts.number(Token.DOLLAR, it.liquidity().dollars()),
              Optional.of(it.account()));
      case ExchangeEvent.Removed it ->
          view(
              event,
              "removed",
              minus(texts.number(Token.COIN, it.liquidity().coins())),
              minus(texts.number(Token.DOLLAR, it.liquidity().dollars())),
              Optional.of(it.account()));
      case ExchangeEvent.Synced it ->
          view(
              event,
              "pool",
              texts.number(Token.COIN, it.coins()),
              texts.number(Token.DOLLAR, it.dollars()),
              Optional.empty());
    };
  }

  private static View view(
      ExchangeEvent event, String what, String coins, String dollars, Optional<AccountId> account) {
    return new View(
        event.at().toString(),
        what,
        coins,
        dollars,
        account.map(AccountId::text),
        event.transaction());
  }

  private static String minus(String number) {
    return number.equals("0") ? number : "-" + number;
  }
}
