package cloud.zansoc.codec.format;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads the big-endian fields of a format. Nothing is allocated for a length or a count before the
 * bytes for it are seen to be there; every fault is a ZansocException INVALID_ARGUMENT that names
 * the format.
 */
final class FormatReader {
  private final String format;
  private final ByteBuffer buffer;

  /**
   * @param format what is read, with its article, for messages: "a manifest"
   */
  FormatReader(String format, ByteBuffer buffer) {
    this.format = format;
    this.buffer = buffer;
  }

  /** Reads a format of our own all through, and turns what its values refuse into our error. */
  static <T> T decode(String format, byte[] bytes, Function<FormatReader, T> body) {
    FormatReader reader = new FormatReader(format, ByteBuffer.wrap(bytes));
    try {
      T value = body.apply(reader);
      if (reader.buffer.hasRemaining()) {
        throw reader.invalid(reader.buffer.remaining() + " bytes follow its end");
      }
      return value;
    } catch (IllegalArgumentException e) {
      throw reader.refused(e);
    } catch (ZansocException e) {
      throw e.code() == ErrorCode.INVALID_NAME ? reader.refused(e) : e;
    }
  }

  /** The byte that every body begins with; UNSUPPORTED where it is not {@code version}. */
  void requireVersion(int version) {
    int found = readByte();
    if (found != version) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED,
          "%s of version %d, and this program knows version %d: use a newer zansoc"
              .formatted(format, found, version));
    }
  }

  int readByte() {
    return need(1).get() & 0xff;
  }

  int readShort() {
    return need(2).getShort() & 0xffff;
  }

  int readInt() {
    return need(4).getInt();
  }

  long readLong() {
    return need(8).getLong();
  }

  byte[] readBytes(int length) {
    need(length);
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return bytes;
  }

  Digest readDigest() {
    return Digest.read(need(Digest.BYTES));
  }

  /** Strict UTF-8 after a length of two bytes. */
  String readText() {
    int length = readShort();
    ByteBuffer text = need(length).slice(buffer.position(), length);
    buffer.position(buffer.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "these bytes are not " + format + ": a text is not UTF-8", e);
    }
  }

  /** Seconds since 1970 and nanoseconds of the second. */
  Instant readInstant() {
    long seconds = readLong();
    int nanoseconds = readInt();
    if (nanoseconds < 0 || nanoseconds > 999_999_999) {
      throw invalid("a time has " + nanoseconds + " nanoseconds");
    }
    try {
      return Instant.ofEpochSecond(seconds, nanoseconds);
    } catch (DateTimeException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "these bytes are not " + format + ": a time is " + seconds + " seconds after 1970",
          e);
    }
  }

  /** A byte 0 for nothing, or 1 and then the value. */
  <T> Optional<T> readOptional(Supplier<T> value) {
    return switch (readByte()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(value.get());
      default -> throw invalid("an optional field begins with neither 0 nor 1");
    };
  }

  /**
   * A count of four bytes.
   *
   * @param atLeastBytes what one of the counted takes at the least
   */
  int readCount(int atMost, int atLeastBytes) {
    int count = readInt();
    if (count < 0 || count > atMost || (long) count * atLeastBytes > buffer.remaining()) {
      throw invalid(
          "it announces %s entries in %d bytes"
              .formatted(Integer.toUnsignedString(count), buffer.remaining()));
    }
    return count;
  }

  ZansocException invalid(String why) {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT, "these bytes are not " + format + ": " + why);
  }

  private ZansocException refused(RuntimeException cause) {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT,
        "these bytes are not " + format + ": " + cause.getMessage(),
        cause);
  }

  private ByteBuffer need(int bytes) {
    if (buffer.remaining() < bytes) {
      throw invalid("they end too early");
    }
    return buffer;
  }
}
