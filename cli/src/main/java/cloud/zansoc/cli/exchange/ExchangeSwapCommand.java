package cloud.zansoc.cli.exchange;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.cli.wallet.PasswordOption;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.Order;
import cloud.zansoc.ledger.Quote;
import cloud.zansoc.ledger.Trade;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "swap",
    description = {
      "Exchange coins for dollars or dollars for coins.",
      "It is done at the present quote, or up to --slippage worse, or not at all."
    })
final class ExchangeSwapCommand extends OnExchange {
  @Mixin private TradeOption trades;
  @Mixin private SlippageOption slippage;
  @Mixin private DeadlineOption deadline;
  @Mixin private PasswordOption password;

  @Override
  void run(ChainSession chain, Exchange exchange, Output output) {
    Texts texts = Texts.of(exchange);
    Trade trade = trades.trade(texts.dollarDecimals());
    AccountId account = chain.unlock(password).account();
    Quote quote = texts.done(exchange.pool().quote(trade));
    Order order = new Order(trade, slippage.most.limit(trade, quote), deadline.of(exchange));
    Quote done = texts.done(exchange.swap(account, order));
    QuoteView.of(texts, trade, done, order.limit()).print(output, "given", "got");
  }
}
