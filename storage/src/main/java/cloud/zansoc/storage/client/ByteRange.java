package cloud.zansoc.storage.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;

/**
 * A run of an object's bytes.
 *
 * @param offset of the first byte
 * @param length how many bytes; what lies behind the object's end is left out
 */
public record ByteRange(long offset, long length) {
  /** Everything. */
  public static final ByteRange ALL = new ByteRange(0, Long.MAX_VALUE);

  public ByteRange {
    if (offset < 0 || length < 0) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "a range has no negative numbers: offset " + offset + ", length " + length);
    }
  }

  /**
   * Parses "100-199" (both ends included), "100-" (from byte 100) or "-100" (the last 100 bytes),
   * as HTTP's Range does, of an object of {@code size} bytes.
   *
   * @throws ZansocException INVALID_ARGUMENT that says what is accepted, also where no byte of the
   *     object is in the range
   */
  public static ByteRange parse(String text, long size) {
    int dash = text.indexOf('-');
    try {
      if (dash == 0) {
        long last = Math.min(size, Long.parseLong(text.substring(1)));
        return new ByteRange(size - last, last);
      }
      if (dash > 0) {
        long first = Long.parseLong(text.substring(0, dash));
        boolean open = dash == text.length() - 1;
        long last = open ? Long.MAX_VALUE - 1 : Long.parseLong(text.substring(dash + 1));
        if (first >= size || last < first) {
          throw outside(text, size);
        }
        return new ByteRange(first, Math.addExact(Math.subtractExact(last, first), 1));
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw invalid(text, e);
    }
    throw invalid(text, null);
  }

  /** What of this range lies within an object of {@code size} bytes. */
  public ByteRange within(long size) {
    long from = Math.min(offset, size);
    return new ByteRange(from, Math.min(length, size - from));
  }

  /** The offset behind the last byte of a range that {@link #within} made. */
  public long end() {
    return offset + length;
  }

  private static ZansocException outside(String text, long size) {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT,
        "no byte is in the range '%s': the object has %d bytes, counted from 0"
            .formatted(text, size));
  }

  private static ZansocException invalid(
      String text, @org.jspecify.annotations.Nullable Throwable cause) {
    String message = "'" + text + "' is not a range of bytes; write for example 0-99, 100- or -100";
    return cause == null
        ? new ZansocException(ErrorCode.INVALID_ARGUMENT, message)
        : new ZansocException(ErrorCode.INVALID_ARGUMENT, message, cause);
  }
}
