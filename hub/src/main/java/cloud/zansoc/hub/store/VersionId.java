package cloud.zansoc.hub.store;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.random.RandomGenerator;

/**
 * Names a version: 48 bits of milliseconds since 1970, then 80 random bits, as in ULID. The bytes,
 * the 26 characters of text and the numbers all have the order of time.
 */
record VersionId(long high, long low) implements Comparable<VersionId> {
  /** Length in bytes. */
  static final int BYTES = 16;

  private static final int TEXT_LENGTH = 26;
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

  /** Below every id that is given out. */
  static final VersionId NONE = new VersionId(0, 0);

  /** An id for now; one above {@code after} where the clock has not passed that one's time. */
  static VersionId next(long nowMillis, VersionId after, RandomGenerator random) {
    VersionId now =
        new VersionId((nowMillis << 16) | (random.nextLong() & 0xffff), random.nextLong());
    if (now.compareTo(after) > 0) {
      return now;
    }
    return new VersionId(after.low == -1 ? after.high + 1 : after.high, after.low + 1);
  }

  static VersionId of(byte[] bytes) {
    return read(ByteBuffer.wrap(bytes));
  }

  static VersionId read(ByteBuffer buffer) {
    return new VersionId(buffer.getLong(), buffer.getLong());
  }

  /**
   * Parses the text form.
   *
   * @throws ZansocException INVALID_ARGUMENT if it is none
   */
  static VersionId parse(String text) {
    long high = 0;
    long low = 0;
    boolean valid = text.length() == TEXT_LENGTH && text.charAt(0) <= '7';
    for (int i = 0; i < text.length() && valid; i++) {
      int value = ALPHABET.indexOf(text.charAt(i));
      valid = value >= 0;
      high = (high << 5) | (low >>> 59);
      low = (low << 5) | value;
    }
    if (!valid) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "'%s' is no version id; a listing of versions shows them".formatted(text));
    }
    return new VersionId(high, low);
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  @Override
  public int compareTo(VersionId other) {
    return Comparator.<VersionId>comparingLong(id -> id.high ^ Long.MIN_VALUE)
        .thenComparingLong(id -> id.low ^ Long.MIN_VALUE)
        .compare(this, other);
  }

  @Override
  public String toString() {
    char[] text = new char[TEXT_LENGTH];
    long upper = high;
    long lower = low;
    for (int i = TEXT_LENGTH - 1; i >= 0; i--) {
      text[i] = ALPHABET.charAt((int) lower & 31);
      lower = (lower >>> 5) | (upper << 59);
      upper >>>= 5;
    }
    return new String(text);
  }
}
