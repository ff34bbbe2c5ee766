package cloud.zansoc.storage.repair;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Receipt;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to a {@link RepairOrder}. docs/format/repair.md gives the bytes.
 *
 * @param receipts of the targets that now hold their whole position
 * @param failures of the others, one for each
 */
public record RepairResult(List<Receipt.Signed> receipts, List<Failure> failures) {
  private static final int MAGIC = 0x5a525231; // "ZRR1"
  private static final int RECEIPT_BYTES = Receipt.BYTES + 64;

  public RepairResult {
    receipts = List.copyOf(receipts);
    failures = List.copyOf(failures);
  }

  /**
   * Why a target did not get its position.
   *
   * @param message cut after {@value #MAX_MESSAGE} characters
   */
  public record Failure(int position, ErrorCode code, String message) {
    /** The longest message, in characters. */
    public static final int MAX_MESSAGE = 500;

    public Failure {
      message = message.substring(0, Math.min(MAX_MESSAGE, message.length()));
    }
  }

  /** The bytes of the result. */
  public byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeShort(receipts.size());
      for (Receipt.Signed receipt : receipts) {
        out.write(receipt.encode());
      }
      out.writeShort(failures.size());
      for (Failure failure : failures) {
        out.writeShort(failure.position);
        out.writeShort(failure.code.number());
        out.writeUTF(failure.message);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws ZansocException INVALID_ARGUMENT where the bytes are no result of a version known here
   */
  public static RepairResult decode(byte[] encoded) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded))) {
      if (in.readInt() != MAGIC) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT, "the repair result is not of version 1");
      }
      List<Receipt.Signed> receipts = new ArrayList<>();
      for (int left = in.readUnsignedShort(); left > 0; left--) {
        receipts.add(Receipt.Signed.decode(in.readNBytes(RECEIPT_BYTES)));
      }
      List<Failure> failures = new ArrayList<>();
      for (int left = in.readUnsignedShort(); left > 0; left--) {
        int position = in.readUnsignedShort();
        ErrorCode code = ErrorCode.ofNumber(in.readUnsignedShort());
        failures.add(new Failure(position, code, in.readUTF()));
      }
      return new RepairResult(receipts, failures);
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "the repair result is cut short or damaged", e);
    }
  }
}
