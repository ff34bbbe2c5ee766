package cloud.zansoc.base;

import java.nio.ByteBuffer;

/**
 * Names what one segment keeps on its hosts: a random 128-bit number, drawn by the hub when a
 * segment is reserved.
 *
 * <p>Every block that a host stores belongs to one shard or more; permits are scoped to a shard,
 * and a shard is deleted as a whole. The shard's number says nothing about its content.
 */
public record ShardId(long high, long low) {
  /** Length in bytes. */
  public static final int BYTES = 16;

  /** Reads 16 bytes from the position of {@code buffer} (big-endian) and moves it. */
  public static ShardId read(ByteBuffer buffer) {
    return new ShardId(buffer.getLong(), buffer.getLong());
  }

  /** Parses the text form. */
  public static ShardId parse(String text) {
    byte[] bytes = Base32.decode(text);
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a shard id has 16 bytes, not " + bytes.length);
    }
    return read(ByteBuffer.wrap(bytes));
  }

  /** Writes 16 bytes at the position of {@code buffer} and moves it. */
  public void write(ByteBuffer buffer) {
    buffer.putLong(high).putLong(low);
  }

  @Override
  public String toString() {
    return Base32.encode(ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array());
  }
}
