package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** The one text form of fixed-length bytes in the ledger: 0x and lower-case digits. */
final class Hex {
  /** 32 bytes of nothing. */
  static final Digest ZERO = new Digest(0, 0, 0, 0);

  private static final Pattern DIGITS = Pattern.compile("0x[0-9a-f]*");

  private Hex() {}

  static String normalized(String what, String text, int bytes) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.length() != 2 + 2 * bytes || !DIGITS.matcher(lower).matches()) {
      throw new IllegalArgumentException(
          what + " is 0x and " + 2 * bytes + " hexadecimal digits, not '" + text + "'");
    }
    return lower;
  }

  static String text(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  static byte[] bytes(String text) {
    return HexFormat.of().parseHex(text, 2, text.length());
  }
}
