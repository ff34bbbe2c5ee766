package cloud.zansoc.storage.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ShardId;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The header of one record of the log. docs/format/block-store.md gives the bytes.
 *
 * @param kind what the record says
 * @param length bytes of the block; 0 unless the kind is BLOCK
 * @param offset where in its file the record begins
 * @param durable the length of the file that was synced when the record was written
 * @param shard whom it is about
 * @param digest the block; all zero for FORGET
 */
record LogRecord(Kind kind, int length, long offset, long durable, ShardId shard, Digest digest) {
  /** Length of an encoded header in bytes. */
  static final int BYTES = 80;

  /** Every record begins at a multiple of this. */
  static final int ALIGNMENT = 8;

  static final Digest NO_DIGEST = new Digest(0, 0, 0, 0);

  private static final int MAGIC = 0x5a425231; // "ZBR1"
  private static final int CHECKED_FROM = 8;

  /** What a record says. */
  enum Kind {
    /** The shard holds the block, which follows. */
    BLOCK(1),
    /** The shard holds a block that stands elsewhere in the log. */
    REFERENCE(2),
    /** The shard holds none of the blocks named before. */
    FORGET(3);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  /** The whole record's length on disk: header, block, and zero bytes up to the alignment. */
  long diskBytes() {
    return diskBytes(length);
  }

  /** As {@link #diskBytes()}, of a record whose block has {@code length} bytes. */
  static long diskBytes(int length) {
    return BYTES + (((long) length + ALIGNMENT - 1) & -ALIGNMENT);
  }

  /** Appends the 80 bytes to {@code into}; {@code salt} is the file's. */
  void encode(long salt, ByteBuffer into) {
    int start = into.position();
    into.putInt(MAGIC).putInt(0).putInt(kind.code).putInt(length).putLong(offset).putLong(durable);
    shard.write(into);
    digest.write(into);
    into.putInt(start + 4, checksum(salt, into, start));
  }

  /**
   * Reads 80 bytes from the position of {@code from}, which moves if they are a record.
   *
   * @return nothing if they are no record of the file with this salt at {@code offset}
   */
  static Optional<LogRecord> decode(ByteBuffer from, long salt, long offset) {
    int start = from.position();
    if (from.remaining() < BYTES
        || from.getInt(start) != MAGIC
        || from.getLong(start + 16) != offset
        || from.getInt(start + 4) != checksum(salt, from, start)) {
      return Optional.empty();
    }
    from.position(start + CHECKED_FROM);
    int code = from.getInt();
    int length = from.getInt();
    from.getLong();
    long durable = from.getLong();
    ShardId shard = ShardId.read(from);
    Digest digest = Digest.read(from);
    for (Kind kind : Kind.values()) {
      if (kind.code == code && length >= 0 && length <= Limits.BLOCK_BYTES) {
        return Optional.of(new LogRecord(kind, length, offset, durable, shard, digest));
      }
    }
    from.position(start);
    return Optional.empty();
  }

  /** CRC-32C of the salt and the header; the salt keeps clients from forging records in blocks. */
  private static int checksum(long salt, ByteBuffer header, int start) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, salt));
    crc.update(header.slice(start + CHECKED_FROM, BYTES - CHECKED_FROM));
    return (int) crc.getValue();
  }
}
