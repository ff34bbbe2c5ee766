package cloud.zansoc.cli.exchange;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.cli.wallet.PasswordOption;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Bounds;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.Liquidity;
import cloud.zansoc.ledger.Token;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "add",
    description = {
      "Add coins and dollars to the pool, which earns a part of the fee of every swap.",
      "At most so much of both is taken, at the pool's price; what is first added makes the price."
    })
final class ExchangeAddCommand extends OnExchange {
  @Parameters(
      index = "0",
      paramLabel = "COINS",
      converter = TypedAmount.Converter.class,
      description = "Such as 100ZANS.")
  private TypedAmount coins;

  @Parameters(
      index = "1",
      paramLabel = "DOLLARS",
      converter = TypedAmount.Converter.class,
      description = "Such as 50USD.")
  private TypedAmount dollars;

  @Mixin private SlippageOption slippage;
  @Mixin private DeadlineOption deadline;
  @Mixin private PasswordOption password;

  @Override
  void run(ChainSession chain, Exchange exchange, Output output) {
    Texts texts = Texts.of(exchange);
    Amount mostCoins = coins.amountOf(Token.COIN, texts.dollarDecimals());
    Amount mostDollars = dollars.amountOf(Token.DOLLAR, texts.dollarDecimals());
    AccountId account = chain.unlock(password).account();
    Liquidity expected = texts.done(exchange.pool().adding(mostCoins, mostDollars));
    Bounds bounds =
        new Bounds(
            slippage.most.least(expected.coins()),
            slippage.most.least(expected.dollars()),
            deadline.of(exchange));
    Liquidity added = texts.done(exchange.add(account, mostCoins, mostDollars, bounds));
    LiquidityView.of(exchange, added, exchange.shares(account)).print(output, "added");
  }
}
