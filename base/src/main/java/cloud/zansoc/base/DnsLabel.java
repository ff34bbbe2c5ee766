package cloud.zansoc.base;

import java.util.regex.Pattern;

/**
 * Names of deployments, services, instances and volumes: labels of DNS (RFC 1123) in lower case.
 */
public final class DnsLabel {
  private static final int LONGEST = 63;
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

  private DnsLabel() {}

  /**
   * Gives {@code text} back.
   *
   * @param what it names, for the message
   * @throws ZansocException INVALID_NAME where it is no label
   */
  public static String check(String what, String text) {
    if (text.length() > LONGEST || !LABEL.matcher(text).matches()) {
      throw new ZansocException(
          ErrorCode.INVALID_NAME,
          "'%s' cannot be the name of %s: it needs 1 to 63 of a-z, 0-9 and '-', and neither begins nor ends with '-'"
              .formatted(text, what));
    }
    return text;
  }
}
