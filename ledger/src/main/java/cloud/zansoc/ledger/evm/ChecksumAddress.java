package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import java.util.Locale;
import org.web3j.crypto.Keys;

/** Addresses as people type them: capital letters are a checksum (EIP-55). */
public final class ChecksumAddress {
  private ChecksumAddress() {}

  /**
   * Reads an address; one whose letters are all small, or all capital, has no checksum.
   *
   * @throws IllegalArgumentException if it is none, or its checksum is wrong
   */
  public static AccountId parse(String text) {
    AccountId account = new AccountId(text);
    String digits = text.substring(2);
    boolean mixed =
        !digits.equals(digits.toLowerCase(Locale.ROOT))
            && !digits.equals(digits.toUpperCase(Locale.ROOT));
    if (mixed && !text(account).substring(2).equals(digits)) {
      throw new IllegalArgumentException(
          "the checksum in the capital letters of " + text + " is wrong: a digit was mistyped");
    }
    return account;
  }

  /** An address with its checksum. */
  public static String text(AccountId account) {
    return Keys.toChecksumAddress(account.text());
  }
}
