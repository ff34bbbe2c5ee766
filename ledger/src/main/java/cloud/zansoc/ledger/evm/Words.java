package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.DealId;
import cloud.zansoc.ledger.LeaseId;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.web3j.crypto.Hash;
import org.web3j.utils.Numeric;

/**
 * Words of 32 bytes, of which everything static consists in the ABI: read by number, written one
 * after another.
 */
final class Words {
  /** Length of a word in bytes. */
  static final int BYTES = 32;

  private static final int DIGITS = 2 * BYTES;
  private static final BigInteger LAST_SECOND = BigInteger.valueOf(Instant.MAX.getEpochSecond());

  private final String digits;

  private Words(String digits) {
    this.digits = digits;
  }

  /** Reads words out of 0x and hexadecimal digits, behind {@code skippedBytes}. */
  static Words read(String hex, int skippedBytes) {
    return new Words(hex.substring(2 + 2 * skippedBytes));
  }

  BigInteger number(int word) {
    return new BigInteger(text(word), 16);
  }

  Amount amount(int word) {
    return new Amount(number(word));
  }

  /** A time; one that is beyond all calendars is the last there is. */
  Instant time(int word) {
    return Instant.ofEpochSecond(number(word).min(LAST_SECOND).longValueExact());
  }

  AccountId account(int word) {
    return new AccountId("0x" + text(word).substring(DIGITS - 40));
  }

  /** A number that fits 63 bits. */
  long count(int word) {
    return number(word).longValueExact();
  }

  LeaseId lease(int word) {
    return new LeaseId("0x" + text(word));
  }

  DealId deal(int word) {
    return new DealId("0x" + text(word));
  }

  Digest digest(int word) {
    return Digest.of(HexFormat.of().parseHex(text(word)));
  }

  private String text(int word) {
    return digits.substring(word * DIGITS, (word + 1) * DIGITS);
  }

  /** The Keccak-256 of a text. */
  static byte[] keccak(String text) {
    return Hash.sha3(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes words one after another: each a number, an account, or 32 bytes. */
  static byte[] concatenated(Object... values) {
    ByteArrayOutputStream words = new ByteArrayOutputStream();
    for (Object value : values) {
      words.writeBytes(
          switch (value) {
            case BigInteger number -> Numeric.toBytesPadded(number, 32);
            case AccountId account -> Numeric.toBytesPadded(Numeric.toBigInt(account.text()), 32);
            case byte[] bytes when bytes.length == 32 -> bytes;
            default -> throw new IllegalArgumentException("no word: " + value.getClass());
          });
    }
    return words.toByteArray();
  }
}
