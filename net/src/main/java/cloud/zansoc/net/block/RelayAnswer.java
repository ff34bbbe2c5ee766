package cloud.zansoc.net.block;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The hub's word on a relay request: error number (2 bytes, 0 for "go on"), length of the message
 * (2 bytes), message in UTF-8.
 */
public record RelayAnswer(int errorNumber, String message) {
  /** Go on: what follows comes from the host. */
  public static final RelayAnswer ACCEPTED = new RelayAnswer(0, "");

  private static final int PREFIX_BYTES = 4;

  /** No, and why. */
  public static RelayAnswer refused(ZansocException why) {
    return new RelayAnswer(why.code().number(), String.valueOf(why.getMessage()));
  }

  /** Reads one, once all of it is there; otherwise leaves {@code from} as it is. */
  static Optional<RelayAnswer> read(ByteBuf from) {
    int start = from.readerIndex();
    if (from.readableBytes() < PREFIX_BYTES) {
      return Optional.empty();
    }
    int length = from.getUnsignedShort(start + Short.BYTES);
    if (from.readableBytes() < PREFIX_BYTES + length) {
      return Optional.empty();
    }
    int number = from.readUnsignedShort();
    from.skipBytes(Short.BYTES);
    return Optional.of(new RelayAnswer(number, from.readString(length, StandardCharsets.UTF_8)));
  }

  /** The bytes. */
  public ByteBuf encode() {
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, Frames.MAX_MESSAGE_BYTES);
    return Unpooled.buffer(PREFIX_BYTES + length)
        .writeShort(errorNumber)
        .writeShort(length)
        .writeBytes(text, 0, length);
  }

  boolean accepted() {
    return errorNumber == 0;
  }

  ZansocException refusal() {
    return new ZansocException(ErrorCode.ofNumber(errorNumber), "the relay: " + message);
  }
}
