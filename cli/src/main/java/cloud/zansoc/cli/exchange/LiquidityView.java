package cloud.zansoc.cli.exchange;

import cloud.zansoc.cli.Output;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.Liquidity;
import cloud.zansoc.ledger.Pool;
import cloud.zansoc.ledger.Token;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;

/**
 * Liquidity that was added or removed, as it is printed.
 *
 * @param shares how many shares of the pool were made or given back
 * @param ownShares those that the account has now
 * @param poolPercent their part of the pool
 */
record LiquidityView(
    String coins, String dollars, String shares, String ownShares, String poolPercent) {
  private static final int DECIMALS = 4;
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);

  static LiquidityView of(Exchange exchange, Liquidity liquidity, Amount ownShares) {
    Texts texts = Texts.of(exchange);
    Pool pool = exchange.pool();
    BigDecimal part =
        pool.shares().isZero()
            ? BigDecimal.ZERO
            : new BigDecimal(ownShares.units().multiply(HUNDRED))
                .divide(new BigDecimal(pool.shares().units()), DECIMALS, RoundingMode.HALF_UP);
    return new LiquidityView(
        texts.text(Token.COIN, liquidity.coins()),
        texts.text(Token.DOLLAR, liquidity.dollars()),
        liquidity.shares().units().toString(),
        ownShares.units().toString(),
        part.toPlainString());
  }

  void print(Output output, String label) {
    if (output.isJson()) {
      output.json(this);
      return;
    }
    output.table(
        List.of("", ">"),
        List.of(
            List.of(label + " coins", coins),
            List.of(label + " dollars", dollars),
            List.of("your part of the pool", poolPercent + " %")));
  }
}
