package cloud.zansoc.codec.format;

import cloud.zansoc.base.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes the big-endian fields of a format; {@link FormatReader} reads them. */
final class FormatWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  void writeByte(int value) {
    out.write(value);
  }

  void writeShort(int value) {
    out.write(value >>> 8);
    out.write(value);
  }

  void writeInt(int value) {
    writeBytes(ByteBuffer.allocate(4).putInt(value).array());
  }

  void writeLong(long value) {
    writeBytes(ByteBuffer.allocate(8).putLong(value).array());
  }

  void writeBytes(byte[] bytes) {
    out.writeBytes(bytes);
  }

  void writeDigest(Digest digest) {
    writeBytes(digest.toBytes());
  }

  /** At most 65535 bytes of UTF-8 after their length in two bytes. */
  void writeText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0xffff) {
      throw new IllegalArgumentException("a text of " + bytes.length + " bytes is too long");
    }
    writeShort(bytes.length);
    writeBytes(bytes);
  }

  void writeInstant(Instant instant) {
    writeLong(instant.getEpochSecond());
    writeInt(instant.getNano());
  }

  <T> void writeOptional(Optional<T> value, Consumer<T> write) {
    writeByte(value.isPresent() ? 1 : 0);
    value.ifPresent(write);
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
