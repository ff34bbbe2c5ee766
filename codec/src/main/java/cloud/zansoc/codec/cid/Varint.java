package cloud.zansoc.codec.cid;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * The multiformats' unsigned varint: seven bits in each byte, least significant first, at most nine
 * bytes (63 bits), and never longer than it must be. Protobuf writes lengths the same way.
 */
public final class Varint {
  private static final int MAX_BYTES = 9;

  private Varint() {}

  /** How many bytes {@code value}, 0 or more, takes. */
  public static int length(long value) {
    return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
  }

  /** Appends {@code value}, 0 or more. */
  public static void write(ByteArrayOutputStream out, long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a varint cannot be negative: " + value);
    }
    long rest = value;
    while (rest > 0x7f) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /**
   * Reads a varint at the position of {@code in} and moves it.
   *
   * @throws ZansocException INVALID_ARGUMENT if it is cut short, over nine bytes, or written longer
   *     than it must be
   */
  public static long read(ByteBuffer in) {
    long value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      if (!in.hasRemaining()) {
        throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "a varint is cut short");
      }
      byte next = in.get();
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        if (next == 0 && i > 0) {
          throw new ZansocException(
              ErrorCode.INVALID_ARGUMENT, "a varint is longer than it must be");
        }
        return value;
      }
    }
    throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "a varint has more than nine bytes");
  }
}
