package cloud.zansoc.cli.exchange;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Token;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** An amount that was typed with what it is of: "2.5 ZANS" or "10 USD". */
record TypedAmount(Token token, BigDecimal whole) {
  private static final Pattern AMOUNT =
      Pattern.compile("([0-9]{1,80}(?:\\.[0-9]{1,80})?)\\s*(ZANS|USD)", Pattern.CASE_INSENSITIVE);

  /** Reads what was typed. */
  static final class Converter implements CommandLine.ITypeConverter<TypedAmount> {
    @Override
    public TypedAmount convert(String text) {
      Matcher matcher = AMOUNT.matcher(text.strip());
      if (!matcher.matches()) {
        throw new CommandLine.TypeConversionException(
            "'" + text + "' is no amount; write for example 2.5ZANS or 10USD");
      }
      boolean isCoin = matcher.group(2).toUpperCase(Locale.ROOT).equals("ZANS");
      return new TypedAmount(isCoin ? Token.COIN : Token.DOLLAR, new BigDecimal(matcher.group(1)));
    }
  }

  /** In units of its token. */
  Amount amount(int dollarDecimals) {
    try {
      return Amount.ofWhole(whole, decimals(token, dollarDecimals));
    } catch (IllegalArgumentException e) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e);
    }
  }

  /** In units, where it must be of a certain token. */
  Amount amountOf(Token expected, int dollarDecimals) {
    if (token != expected) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "an amount of %s was expected, such as 10%s, not one of %s"
              .formatted(expected.text(), symbol(expected), token.text()));
    }
    return amount(dollarDecimals);
  }

  static int decimals(Token token, int dollarDecimals) {
    return token == Token.COIN ? Amount.COIN_DECIMALS : dollarDecimals;
  }

  static String symbol(Token token) {
    return token == Token.COIN ? "ZANS" : "USD";
  }
}
