package cloud.zansoc.cli.exchange;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.Quote;
import cloud.zansoc.ledger.Trade;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "quote",
    description = "Show what a swap would give and cost now. Needs no wallet and moves nothing.")
final class ExchangeQuoteCommand extends OnExchange {
  @Mixin private TradeOption trades;
  @Mixin private SlippageOption slippage;

  @Override
  void run(ChainSession chain, Exchange exchange, Output output) {
    Texts texts = Texts.of(exchange);
    Trade trade = trades.trade(texts.dollarDecimals());
    Quote quote = texts.done(exchange.pool().quote(trade));
    QuoteView.of(texts, trade, quote, slippage.most.limit(trade, quote))
        .print(output, "give", "get");
  }
}
