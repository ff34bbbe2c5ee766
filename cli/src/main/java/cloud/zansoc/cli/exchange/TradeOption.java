package cloud.zansoc.cli.exchange;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.Trade;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is to be exchanged: a given amount, or what gets one. */
final class TradeOption {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "AMOUNT",
      converter = TypedAmount.Converter.class,
      description = "What to give, such as 10ZANS or 5USD.")
  private Optional<TypedAmount> give = Optional.empty();

  @Option(
      names = "--get",
      paramLabel = "AMOUNT",
      converter = TypedAmount.Converter.class,
      description = "What to get instead, at whatever it costs within the limit.")
  private Optional<TypedAmount> get = Optional.empty();

  Trade trade(int dollarDecimals) {
    if (give.isPresent() == get.isPresent()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "give an AMOUNT or --get AMOUNT, such as '10ZANS' or '--get 5USD'");
    }
    return give.<Trade>map(it -> new Trade.ExactIn(it.token(), it.amount(dollarDecimals)))
        .orElseGet(() -> {
          TypedAmount it = get.orElseThrow();
          return new Trade.ExactOut(it.token().other(), it.amount(dollarDecimals));
        });
  }
}
