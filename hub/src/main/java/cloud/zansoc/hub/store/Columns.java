package cloud.zansoc.hub.store;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.ObjectKey;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** How ids, object keys and times lie in columns. */
final class Columns {
  private Columns() {}

  static byte[] bytes(ShardId shard) {
    ByteBuffer buffer = ByteBuffer.allocate(ShardId.BYTES);
    shard.write(buffer);
    return buffer.array();
  }

  static ShardId shard(byte[] bytes) {
    return ShardId.read(ByteBuffer.wrap(bytes));
  }

  static byte[] bytes(PeerId peer) {
    return peer.digest().toBytes();
  }

  static PeerId peer(byte[] bytes) {
    return new PeerId(Digest.of(bytes));
  }

  static byte[] ofDigests(Collection<Digest> digests) {
    ByteBuffer buffer = ByteBuffer.allocate(digests.size() * Digest.BYTES);
    digests.forEach(digest -> digest.write(buffer));
    return buffer.array();
  }

  static List<Digest> digests(byte[] bytes) {
    List<Digest> digests = new ArrayList<>(bytes.length / Digest.BYTES);
    for (int at = 0; at < bytes.length; at += Digest.BYTES) {
      digests.add(Digest.read(bytes, at));
    }
    return digests;
  }

  static byte[] ofPeers(Collection<PeerId> peers) {
    return ofDigests(peers.stream().map(PeerId::digest).toList());
  }

  static List<PeerId> peers(byte[] bytes) {
    return digests(bytes).stream().map(PeerId::new).toList();
  }

  /** A time in milliseconds; none where the column is NULL. */
  static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /**
   * The UTF-8 of what a key begins with, which may be empty.
   *
   * @throws ZansocException INVALID_NAME where it is longer than 1024 bytes or no Unicode
   */
  static byte[] utf8(String key) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(key));
      if (encoded.remaining() <= Limits.OBJECT_KEY_BYTES) {
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
      }
      throw new ZansocException(
          ErrorCode.INVALID_NAME,
          "an object key has at most %d bytes of UTF-8, not %d"
              .formatted(Limits.OBJECT_KEY_BYTES, encoded.remaining()));
    } catch (CharacterCodingException e) {
      throw new ZansocException(
          ErrorCode.INVALID_NAME,
          "an object key must be Unicode; this one has half a character",
          e);
    }
  }

  /** The UTF-8 of a key that names an object: INVALID_NAME where it cannot. */
  static byte[] objectKey(String key) {
    return new ObjectKey(key).toBytes();
  }

  static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
