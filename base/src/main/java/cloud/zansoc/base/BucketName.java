package cloud.zansoc.base;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The name of a bucket, by the rules that Amazon S3 has for general purpose buckets, so that every
 * bucket can be used through every S3 tool: 3 to 63 characters of a-z, 0-9, '.' and '-'.
 */
public record BucketName(String text) implements Comparable<BucketName> {
  private static final int SHORTEST = 3;
  private static final int LONGEST = 63;
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}");
  private static final List<String> RESERVED_PREFIXES = List.of("xn--", "sthree-", "amzn-s3-demo-");
  private static final List<String> RESERVED_SUFFIXES =
      List.of("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3");

  /**
   * @throws ZansocException INVALID_NAME saying which rule {@code text} breaks
   */
  public BucketName {
    if (text.length() < SHORTEST || text.length() > LONGEST) {
      throw refused("it has %d characters, and 3 to 63 are allowed".formatted(text.length()));
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isAllowed(text.charAt(i))) {
        throw refused(
            "its character %d is not one of a-z, 0-9, '.' and '-' (capitals are not allowed)"
                .formatted(i + 1));
      }
    }
    if (!isLetterOrDigit(text.charAt(0)) || !isLetterOrDigit(text.charAt(text.length() - 1))) {
      throw refused("it must begin and end with a letter or a digit");
    }
    if (text.contains("..")) {
      throw refused("it has two dots in a row");
    }
    if (IP_ADDRESS.matcher(text).matches()) {
      throw refused("it has the form of an IP address");
    }
    for (String prefix : RESERVED_PREFIXES) {
      if (text.startsWith(prefix)) {
        throw refused("names that begin with '" + prefix + "' are reserved");
      }
    }
    for (String suffix : RESERVED_SUFFIXES) {
      if (text.endsWith(suffix)) {
        throw refused("names that end with '" + suffix + "' are reserved");
      }
    }
  }

  @Override
  public int compareTo(BucketName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }

  private static boolean isAllowed(char c) {
    return isLetterOrDigit(c) || c == '.' || c == '-';
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  private static ZansocException refused(String rule) {
    return new ZansocException(
        ErrorCode.INVALID_NAME, "this name cannot be a bucket's: " + rule + "; choose another");
  }
}
