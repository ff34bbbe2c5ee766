package cloud.zansoc.cli.exchange;

import cloud.zansoc.cli.Output;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Quote;
import cloud.zansoc.ledger.Token;
import cloud.zansoc.ledger.Trade;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * A swap as it is printed; amounts in whole coins and dollars.
 *
 * @param usdPerCoin what a coin costs in it
 * @param costPercent fee and effect on the price together
 * @param movePercent by how much the coin gets dearer in the pool
 * @param least what is got at least, or
 * @param most what is given at most
 */
record QuoteView(
    String give,
    String get,
    String usdPerCoin,
    String costPercent,
    String movePercent,
    String least,
    String most) {
  private static final MathContext DIGITS = new MathContext(9);

  static QuoteView of(Texts texts, Trade trade, Quote quote, Amount limit) {
    Token given = quote.given();
    boolean in = trade instanceof Trade.ExactIn;
    return new QuoteView(
        texts.text(given, quote.in()),
        texts.text(given.other(), quote.out()),
        price(texts, quote),
        quote.costPercent().toPlainString(),
        quote.movePercent().toPlainString(),
        texts.text(given.other(), in ? limit : quote.out()),
        texts.text(given, in ? quote.in() : limit));
  }

  private static String price(Texts texts, Quote quote) {
    boolean sells = quote.given() == Token.COIN;
    Amount coins = sells ? quote.in() : quote.out();
    Amount dollars = sells ? quote.out() : quote.in();
    BigDecimal whole = dollars.whole(texts.dollarDecimals());
    return whole.divide(coins.whole(Amount.COIN_DECIMALS), DIGITS).toPlainString();
  }

  void print(Output output, String giveLabel, String getLabel) {
    if (output.isJson()) {
      output.json(this);
      return;
    }
    output.table(
        List.of("", ">"),
        List.of(
            List.of(giveLabel, give),
            List.of(getLabel, get),
            List.of("USD for a coin", usdPerCoin),
            List.of("fee and effect on the price", costPercent + " %"),
            List.of("the coin's price moves", movePercent + " %"),
            List.of("at most given", most),
            List.of("at least got", least)));
  }
}
