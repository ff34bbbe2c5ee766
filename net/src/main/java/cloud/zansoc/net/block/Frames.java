package cloud.zansoc.net.block;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of {@value Protocols#BLOCK}, as docs/format/block-protocol.md specifies them. */
final class Frames {
  /** Length of the body (4 bytes), type (1), request (4). */
  static final int HEADER_BYTES = 9;

  /** Handle (4 bytes) and digest (32): how PUT and GET begin. */
  static final int TARGET_BYTES = 4 + Digest.BYTES;

  static final int PERMIT_BYTES = Permit.BYTES + Ed25519.SIGNATURE_BYTES;
  static final int RECEIPT_BYTES = Receipt.BYTES + Ed25519.SIGNATURE_BYTES;

  /** The longest text of an error, in bytes of UTF-8. */
  static final int MAX_MESSAGE_BYTES = 1024;

  static final int PERMIT = 1;
  static final int PUT = 2;
  static final int GET = 3;
  static final int HAS = 4;
  static final int RECEIPT = 5;

  /** An answer's type is its request's with this bit. */
  static final int ANSWER = 0x80;

  static final int STALE_HANDLE = 0xfe;
  static final int ERROR = 0xff;

  private static final int HANDLE_BYTES = 4;
  private static final int ERROR_NUMBER_BYTES = 2;

  private Frames() {}

  /** Whether a request of {@code type} may have a body of {@code length} bytes. */
  static boolean isRequest(int type, int length) {
    return switch (type) {
      case PERMIT -> length == PERMIT_BYTES;
      case PUT -> length > TARGET_BYTES && length <= TARGET_BYTES + Limits.BLOCK_BYTES;
      case GET -> length == TARGET_BYTES;
      case HAS ->
          length > HANDLE_BYTES
              && length <= HANDLE_BYTES + BlockAccess.MAX_HAS * Digest.BYTES
              && (length - HANDLE_BYTES) % Digest.BYTES == 0;
      case RECEIPT -> length == HANDLE_BYTES;
      default -> false;
    };
  }

  /** Whether {@code type} with {@code length} bytes can answer a request of type {@code asked}. */
  static boolean isAnswer(int type, int length, int asked) {
    if (type == ERROR) {
      return length >= ERROR_NUMBER_BYTES && length <= ERROR_NUMBER_BYTES + MAX_MESSAGE_BYTES;
    }
    if (type == STALE_HANDLE) {
      return length == 0;
    }
    return type == (asked | ANSWER)
        && switch (asked) {
          case PERMIT -> length == HANDLE_BYTES;
          case PUT -> length == 0;
          case GET -> length > 0 && length <= Limits.BLOCK_BYTES;
          case HAS -> length <= BlockAccess.MAX_HAS / Byte.SIZE;
          case RECEIPT -> length == RECEIPT_BYTES;
          default -> false;
        };
  }

  /** Writes a header. */
  static void header(ByteBuf to, int bodyBytes, int type, int request) {
    to.writeInt(bodyBytes).writeByte(type).writeInt(request);
  }

  /** The body of an ERROR frame. */
  static byte[] error(ErrorCode code, String message) {
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, MAX_MESSAGE_BYTES);
    return ByteBuffer.allocate(ERROR_NUMBER_BYTES + length)
        .putShort((short) code.number())
        .put(text, 0, length)
        .array();
  }

  /** Reads the body of an ERROR frame. */
  static ZansocException readError(byte[] body, String from) {
    int number = Short.toUnsignedInt(ByteBuffer.wrap(body).getShort());
    String message =
        new String(
            Arrays.copyOfRange(body, ERROR_NUMBER_BYTES, body.length), StandardCharsets.UTF_8);
    return new ZansocException(ErrorCode.ofNumber(number), from + ": " + message);
  }
}
