package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.PriceRules;
import cloud.zansoc.ledger.Refusal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.web3j.utils.Numeric;

/** What the errors of router, pair and price mean. */
final class ExchangeErrors {
  private static final int SELECTOR_BYTES = 4;
  private static final int WORD_BYTES = 32;
  private static final int MOST_TEXT = 200;
  private static final String TEXT = selector("Error(string)");
  private static final String EMPTY_POOL = selector("EmptyPool()");
  private static final String NO_PRICE = selector("NoPrice()");
  private static final String STALE_PRICE = selector("StalePrice(uint256)");

  private ExchangeErrors() {}

  /** The refusal of the price contract; empty where it is none that it knows. */
  static Optional<Refusal> ofPrice(String data, PriceRules rules) {
    if (data.startsWith(EMPTY_POOL)) {
      return Optional.of(new Refusal.EmptyPool());
    }
    if (data.startsWith(NO_PRICE)) {
      return Optional.of(new Refusal.NoPrice());
    }
    if (data.startsWith(STALE_PRICE)) {
      // The contract counts ages in 32 bits.
      long age = Words.read(data, SELECTOR_BYTES).number(0).longValueExact();
      return Optional.of(new Refusal.StalePrice(Duration.ofSeconds(age), rules.mostAge()));
    }
    return Optional.empty();
  }

  /** What the error says where it is a text, as those of Uniswap V2 are; else as it came. */
  static String text(String data) {
    byte[] bytes = Numeric.hexStringToByteArray(data);
    int start = SELECTOR_BYTES + 2 * WORD_BYTES;
    if (!data.startsWith(TEXT) || bytes.length < start) {
      return data;
    }
    int length =
        Words.read(data, SELECTOR_BYTES + WORD_BYTES)
            .number(0)
            .min(BigInteger.valueOf(Math.min(MOST_TEXT, bytes.length - start)))
            .intValueExact();
    return new String(bytes, start, length, StandardCharsets.UTF_8);
  }

  private static String selector(String error) {
    return Numeric.toHexString(Words.keccak(error), 0, SELECTOR_BYTES, true);
  }
}
