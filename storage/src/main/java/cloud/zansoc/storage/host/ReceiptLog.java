package cloud.zansoc.storage.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.Receipt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All receipts that this host signed, numbered from 0 in the order of writing; never cut, since
 * hosts are paid by them (233 bytes for each). Used by one thread that nobody interrupts.
 * docs/format/block-store.md gives the bytes.
 */
final class ReceiptLog implements AutoCloseable {
  /** Length of a signed receipt. */
  static final int RECEIPT_BYTES = Receipt.BYTES + Ed25519.SIGNATURE_BYTES;

  /** The most receipts that are given at once: 1 MiB of them. */
  static final int MAX_AT_ONCE = (1 << 20) / RECEIPT_BYTES;

  private static final Logger LOG = LoggerFactory.getLogger(ReceiptLog.class);
  private static final String NAME = "receipts";
  private static final int MAGIC = 0x5a524c31; // "ZRL1"
  private static final int HEADER_BYTES = 8;
  private static final int RECORD_BYTES = RECEIPT_BYTES + Integer.BYTES;

  private final Disk.File file;
  private long count;
  private boolean failed;

  ReceiptLog(Disk disk) throws IOException {
    if (disk.list().contains(NAME)) {
      file = disk.open(NAME);
    } else {
      file = disk.create(NAME);
    }
    recover();
    disk.sync();
  }

  private void recover() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    file.read(header, 0);
    header.flip();
    if (header.remaining() < HEADER_BYTES) {
      file.truncate(0);
      file.write(ByteBuffer.allocate(HEADER_BYTES).putInt(MAGIC).putInt(0).flip(), 0);
    } else if (header.getInt() != MAGIC) {
      throw new IOException("the file of receipts is not of version 1");
    }
    count = Math.max(0, file.size() - HEADER_BYTES) / RECORD_BYTES;
    while (count > 0 && !isWhole(count - 1)) {
      count--;
    }
    file.truncate(HEADER_BYTES + count * RECORD_BYTES);
    file.sync();
  }

  private boolean isWhole(long number) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES);
    file.read(record, HEADER_BYTES + number * RECORD_BYTES);
    record.flip();
    return record.remaining() == RECORD_BYTES
        && record.getInt(RECEIPT_BYTES) == checksum(record.slice(0, RECEIPT_BYTES));
  }

  /** How many receipts there are. */
  long count() {
    return count;
  }

  /** Appends {@code receipts}; returns when they are durable. */
  void append(List<Receipt.Signed> receipts) throws IOException {
    if (failed) {
      throw new IOException("the file of receipts failed before: restart the agent");
    }
    ByteBuffer records = ByteBuffer.allocate(receipts.size() * RECORD_BYTES);
    for (Receipt.Signed receipt : receipts) {
      int start = records.position();
      records.put(receipt.encode());
      records.putInt(checksum(records.slice(start, RECEIPT_BYTES)));
    }
    try {
      file.write(records.flip(), HEADER_BYTES + count * RECORD_BYTES);
    } catch (DiskFullException e) {
      file.truncate(HEADER_BYTES + count * RECORD_BYTES);
      throw e;
    }
    try {
      file.sync();
    } catch (IOException e) {
      failed = true;
      throw e;
    }
    count += receipts.size();
  }

  /**
   * The receipts after the first {@code known}, one after the other, at most {@code max} of them.
   * They are as the disk gave them: whoever takes them verifies each signature.
   */
  byte[] after(long known, int max) throws IOException {
    if (known < 0) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "receipts are numbered from 0");
    }
    if (known > count) {
      LOG.error("the hub knows {} receipts of this host, which has {}", known, count);
      return new byte[0];
    }
    int records = (int) Math.min(Math.min(max, MAX_AT_ONCE), count - known);
    ByteBuffer from = ByteBuffer.allocate(records * RECORD_BYTES);
    file.read(from, HEADER_BYTES + known * RECORD_BYTES);
    byte[] receipts = new byte[records * RECEIPT_BYTES];
    for (int i = 0; i < records; i++) {
      from.get(i * RECORD_BYTES, receipts, i * RECEIPT_BYTES, RECEIPT_BYTES);
    }
    return receipts;
  }

  private static int checksum(ByteBuffer receipt) {
    CRC32C crc = new CRC32C();
    crc.update(receipt);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
