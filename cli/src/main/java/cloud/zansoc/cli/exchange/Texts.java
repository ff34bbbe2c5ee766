package cloud.zansoc.cli.exchange;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CoinPrice;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.Token;

/**
 * How amounts of one exchange are written for people.
 *
 * @param dollarDecimals those of its stablecoin
 */
record Texts(int dollarDecimals) {
  static Texts of(Exchange exchange) {
    return new Texts(exchange.dollarDecimals());
  }

  /** "2.5". */
  String number(Token token, Amount amount) {
    return amount.decimal(TypedAmount.decimals(token, dollarDecimals));
  }

  /** "2.5 ZANS". */
  String text(Token token, Amount amount) {
    return number(token, amount) + " " + TypedAmount.symbol(token);
  }

  /** US dollars for a coin. */
  static String price(CoinPrice price) {
    return price.usd().stripTrailingZeros().toPlainString();
  }

  /** What was done; what was refused is an error that says why, in whole tokens. */
  <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(T value) -> value;
      case Outcome.Refused<T>(Refusal reason) ->
          throw new ZansocException(reason.code(), message(reason));
    };
  }

  private String message(Refusal reason) {
    return switch (reason) {
      case Refusal.InsufficientTokens it ->
          "%s has %s, needed are %s; nothing was exchanged"
              .formatted(it.account(), text(it.token(), it.owned()), text(it.token(), it.needed()));
      case Refusal.BelowLeast it ->
          "it would be %s, less than the limit of %s; nothing was exchanged: try again, or give a larger --slippage"
              .formatted(text(it.token(), it.seen()), text(it.token(), it.least()));
      case Refusal.AboveMost it ->
          "it would cost %s, more than the limit of %s; nothing was exchanged: try again, or give a larger --slippage"
              .formatted(text(it.token(), it.seen()), text(it.token(), it.most()));
      default -> reason.message();
    };
  }
}
