package cloud.zansoc.ledger.outbox;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.LeaseId;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

/** Operations as bytes: docs/format/outbox.md. */
public final class OperationFormat {
  private static final int MAGIC = 0x5a4f5031;
  private static final int LARGEST = Integer.BYTES + 1 + 20 + 32;
  private static final int VERSION_DIGIT = 0xff;
  private static final int WORD = 32;
  private static final int ADDRESS = 20;

  private static final int SETTLE = 1;
  private static final int CLOSE = 2;
  private static final int TOP_UP = 3;
  private static final int WITHDRAW = 4;

  private OperationFormat() {}

  /** The one encoding of an operation. */
  public static byte[] encode(Operation operation) {
    ByteBuffer out = ByteBuffer.allocate(LARGEST).putInt(MAGIC);
    switch (operation) {
      case Operation.Settle(LeaseId lease) -> out.put((byte) SETTLE).put(bytes(lease.text()));
      case Operation.Close(LeaseId lease, CloseReason reason) ->
          out.put((byte) CLOSE).put(bytes(lease.text())).put((byte) reason.number());
      case Operation.TopUp(LeaseId lease, Duration paid) ->
          out.put((byte) TOP_UP).put(bytes(lease.text())).putInt((int) paid.toSeconds());
      case Operation.Withdraw(AccountId to, Amount amount) ->
          out.put((byte) WITHDRAW).put(bytes(to.text())).put(word(amount));
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  /**
   * Reads an operation.
   *
   * @throws ZansocException INVALID_ARGUMENT where the bytes are none, UNSUPPORTED where they are
   *     of another version
   */
  public static Operation decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      checkVersion(in.getInt());
      Operation operation = operation(in);
      if (in.hasRemaining()) {
        throw invalid("has " + in.remaining() + " bytes too many");
      }
      return operation;
    } catch (BufferUnderflowException e) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "a stored operation is cut off", e);
    }
  }

  private static void checkVersion(int magic) {
    if (magic == MAGIC) {
      return;
    }
    if ((magic & ~VERSION_DIGIT) == (MAGIC & ~VERSION_DIGIT)) {
      throw new ZansocException(
          ErrorCode.UNSUPPORTED, "a stored operation is of a version that is not known here");
    }
    throw invalid("begins with other bytes");
  }

  private static Operation operation(ByteBuffer in) {
    int kind = in.get();
    return switch (kind) {
      case SETTLE -> new Operation.Settle(lease(in));
      case CLOSE -> new Operation.Close(lease(in), reason(in.get()));
      case TOP_UP ->
          new Operation.TopUp(lease(in), Duration.ofSeconds(Integer.toUnsignedLong(in.getInt())));
      case WITHDRAW ->
          new Operation.Withdraw(
              new AccountId(hex(in, ADDRESS)), new Amount(new BigInteger(1, read(in, WORD))));
      default -> throw invalid("is of the unknown kind " + kind);
    };
  }

  private static CloseReason reason(int number) {
    return Arrays.stream(CloseReason.values())
        .filter(reason -> reason.number() == number)
        .findFirst()
        .orElseThrow(() -> invalid("closes for the unknown reason " + number));
  }

  private static LeaseId lease(ByteBuffer in) {
    return new LeaseId(hex(in, WORD));
  }

  private static String hex(ByteBuffer in, int length) {
    return "0x" + HexFormat.of().formatHex(read(in, length));
  }

  private static byte[] read(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex, 2, hex.length());
  }

  private static byte[] word(Amount amount) {
    byte[] number = amount.units().toByteArray();
    byte[] word = new byte[WORD];
    int length = Math.min(number.length, WORD);
    System.arraycopy(number, number.length - length, word, WORD - length, length);
    return word;
  }

  private static ZansocException invalid(String what) {
    return new ZansocException(ErrorCode.INVALID_ARGUMENT, "a stored operation " + what);
  }
}
