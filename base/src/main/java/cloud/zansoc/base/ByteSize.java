package cloud.zansoc.base;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of bytes, from 0 to 2^63-1. Text accepts decimal (kB, MB) and binary (KiB, MiB) units.
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  private static final Pattern TEXT =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([kmgtpe]?)(i?)b?", Pattern.CASE_INSENSITIVE);
  private static final String PREFIXES = "kmgtpe";

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size cannot be negative: " + bytes);
    }
  }

  /** {@code count} times 1024 bytes. */
  public static ByteSize ofKibibytes(long count) {
    return new ByteSize(Math.multiplyExact(count, 1L << 10));
  }

  /** {@code count} times 1024^2 bytes. */
  public static ByteSize ofMebibytes(long count) {
    return new ByteSize(Math.multiplyExact(count, 1L << 20));
  }

  /** {@code count} times 1024^3 bytes. */
  public static ByteSize ofGibibytes(long count) {
    return new ByteSize(Math.multiplyExact(count, 1L << 30));
  }

  /**
   * Parses "500GB", "1.5 TiB", "4096".
   *
   * @throws IllegalArgumentException that says what is accepted
   */
  public static ByteSize parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches() || (matcher.group(2).isEmpty() && !matcher.group(3).isEmpty())) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size; write for example 500GB, 1.5TiB or 4096");
    }
    int power = PREFIXES.indexOf(matcher.group(2).toLowerCase(Locale.ROOT)) + 1;
    if (matcher.group(2).isEmpty()) {
      power = 0;
    }
    BigDecimal unit = BigDecimal.valueOf(matcher.group(3).isEmpty() ? 1000 : 1024).pow(power);
    try {
      return new ByteSize(
          new BigDecimal(matcher.group(1)).multiply(unit).toBigInteger().longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is more than 8 EiB", e);
    }
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** For people: three digits and a binary unit, such as "1.50 GiB". */
  @Override
  public String toString() {
    if (bytes < 1024) {
      return bytes + " B";
    }
    int power = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
    double value = bytes / Math.pow(1024, power);
    int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
    return String.format(
        Locale.ROOT, "%." + decimals + "f %siB", value, "KMGTPE".charAt(power - 1));
  }
}
