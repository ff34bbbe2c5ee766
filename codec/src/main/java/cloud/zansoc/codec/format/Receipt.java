package cloud.zansoc.codec.format;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;

/**
 * A host's signed word on what it did under one permit. For PUT: that it durably keeps these blocks
 * of the shard. For GET: how many bytes it sent. docs/format/receipt.md gives the bytes.
 *
 * @param host who signs
 * @param client who used the permit
 * @param permit the permit's digest
 * @param shard whose blocks
 * @param action what was done
 * @param bytes for PUT, bytes of the shard now kept; for GET, bytes sent under the permit
 * @param blocks how many blocks that is
 * @param blocksDigest for PUT, {@link #digestOf} the kept blocks; for GET, the digest of no blocks
 * @param at the host's clock
 */
public record Receipt(
    PeerId host,
    PeerId client,
    Digest permit,
    ShardId shard,
    Permit.Action action,
    long bytes,
    int blocks,
    Digest blocksDigest,
    Instant at) {
  private static final int MAGIC = 0x5a524331; // "ZRC1"

  /** Length of an encoded receipt without its signature, in bytes. */
  public static final int BYTES =
      4 + 1 + 2 * PeerId.BYTES + 2 * Digest.BYTES + ShardId.BYTES + 8 + 4 + 8;

  /** A receipt with the host's signature. */
  public record Signed(Receipt receipt, byte[] signature) {
    public Signed {
      signature = signature.clone();
    }

    @Override
    public byte[] signature() {
      return signature.clone();
    }

    /** The receipt's bytes, then the signature's 64. */
    public byte[] encode() {
      return ByteBuffer.allocate(BYTES + Ed25519.SIGNATURE_BYTES)
          .put(receipt.encode())
          .put(signature)
          .array();
    }

    /** Reads what {@link #encode} wrote; does not verify the signature. */
    public static Signed decode(byte[] encoded) {
      if (encoded.length != BYTES + Ed25519.SIGNATURE_BYTES) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT, "a receipt cannot have " + encoded.length + " bytes");
      }
      return new Signed(
          Receipt.decode(ByteBuffer.wrap(encoded, 0, BYTES)),
          Arrays.copyOfRange(encoded, BYTES, encoded.length));
    }

    /** Whether the host whose raw public key is {@code hostKey} signed this. */
    public boolean isSignedBy(PublicKey hostKey) {
      return Ed25519.verify(hostKey, receipt.encode(), signature);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Signed signed
          && receipt.equals(signed.receipt)
          && Arrays.equals(signature, signed.signature);
    }

    @Override
    public int hashCode() {
      return receipt.hashCode();
    }
  }

  /** SHA-256 over the digests in ascending order, each once: the same for any order of storing. */
  public static Digest digestOf(Collection<Digest> blocks) {
    MessageDigest sha256 = Digest.newSha256();
    blocks.stream().sorted().distinct().forEach(digest -> sha256.update(digest.toBytes()));
    return Digest.of(sha256.digest());
  }

  /** Signs the receipt with the host's key. */
  public Signed sign(PrivateKey hostKey) {
    return new Signed(this, Ed25519.sign(hostKey, encode()));
  }

  /** The bytes that are signed. */
  public byte[] encode() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).putInt(MAGIC).put(action.code());
    host.digest().write(buffer);
    client.digest().write(buffer);
    permit.write(buffer);
    shard.write(buffer);
    buffer.putLong(bytes).putInt(blocks);
    blocksDigest.write(buffer);
    return buffer.putLong(at.toEpochMilli()).array();
  }

  private static Receipt decode(ByteBuffer buffer) {
    if (buffer.getInt() != MAGIC) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "not a receipt of version 1");
    }
    Permit.Action action = readAction(buffer.get());
    PeerId host = new PeerId(Digest.read(buffer));
    PeerId client = new PeerId(Digest.read(buffer));
    Digest permit = Digest.read(buffer);
    ShardId shard = ShardId.read(buffer);
    long bytes = buffer.getLong();
    int blocks = buffer.getInt();
    if (bytes < 0 || blocks < 0) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "a receipt cannot be for less than no bytes or blocks");
    }
    return new Receipt(
        host,
        client,
        permit,
        shard,
        action,
        bytes,
        blocks,
        Digest.read(buffer),
        Instant.ofEpochMilli(buffer.getLong()));
  }

  private static Permit.Action readAction(byte code) {
    try {
      return Permit.Action.ofCode(code);
    } catch (ZansocException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "a receipt cannot have the action " + code, e);
    }
  }
}
