package cloud.zansoc.cli.exchange;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.cli.wallet.PasswordOption;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Bounds;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.Liquidity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "remove",
    description = "Take coins and dollars out of the pool again, with what they have earned.")
final class ExchangeRemoveCommand extends OnExchange {
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,4})?)\\s*%?");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  @Parameters(
      paramLabel = "PERCENT",
      description = "How much of your part of the pool, such as 50 or 100.")
  private String percent;

  @Mixin private SlippageOption slippage;
  @Mixin private DeadlineOption deadline;
  @Mixin private PasswordOption password;

  @Override
  void run(ChainSession chain, Exchange exchange, Output output) {
    BigDecimal part = part();
    Texts texts = Texts.of(exchange);
    AccountId account = chain.unlock(password).account();
    Amount has = exchange.shares(account);
    if (has.isZero()) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED, account + " has no part of the pool to remove");
    }
    BigInteger given = new BigDecimal(has.units()).multiply(part).movePointLeft(2).toBigInteger();
    Amount shares = new Amount(given);
    Liquidity expected = texts.done(exchange.pool().removing(shares));
    Bounds bounds =
        new Bounds(
            slippage.most.least(expected.coins()),
            slippage.most.least(expected.dollars()),
            deadline.of(exchange));
    Liquidity removed = texts.done(exchange.remove(account, shares, bounds));
    LiquidityView.of(exchange, removed, exchange.shares(account)).print(output, "removed");
  }

  private BigDecimal part() {
    var matcher = PERCENT.matcher(percent.strip());
    BigDecimal part = matcher.matches() ? new BigDecimal(matcher.group(1)) : BigDecimal.ZERO;
    if (part.signum() == 0 || part.compareTo(HUNDRED) > 0) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "'" + percent + "' is no part of your shares; write percents above 0 up to 100");
    }
    return part;
  }
}
