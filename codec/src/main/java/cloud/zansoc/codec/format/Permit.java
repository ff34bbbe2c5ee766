package cloud.zansoc.codec.format;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;

/**
 * A hub's permission for one client to move blocks of one shard to or from one host, checked by the
 * host without asking the hub. docs/format/permit.md gives the bytes.
 *
 * @param hub who permits
 * @param host which host it is for
 * @param client who may use it: the peer at the other end of the TLS connection
 * @param shard the blocks it covers
 * @param action what may be done
 * @param maxBytes how many bytes of blocks may be moved in all under this permit
 * @param notBefore valid from here (less {@link Limits#CLOCK_SKEW})
 * @param expires valid until here (plus {@link Limits#CLOCK_SKEW})
 * @param serial a random number that makes each permit its own
 */
public record Permit(
    PeerId hub,
    PeerId host,
    PeerId client,
    ShardId shard,
    Action action,
    long maxBytes,
    Instant notBefore,
    Instant expires,
    long serial) {
  private static final int MAGIC = 0x5a504d31; // "ZPM1"

  /** Length of an encoded permit without its signature, in bytes. */
  public static final int BYTES = 4 + 1 + 3 * PeerId.BYTES + ShardId.BYTES + 4 * 8;

  /** What a permit allows. */
  public enum Action {
    /** Store blocks, and ask which are there. */
    PUT(0),
    /** Read blocks. */
    GET(1);

    private final int code;

    Action(int code) {
      this.code = code;
    }

    /** The byte that stands for the action in every format. */
    public byte code() {
      return (byte) code;
    }

    /**
     * The action of {@code code}.
     *
     * @throws ZansocException PERMIT_INVALID if there is none
     */
    public static Action ofCode(byte code) {
      return switch (code) {
        case 0 -> PUT;
        case 1 -> GET;
        default -> throw invalid("its action is " + code);
      };
    }
  }

  /** A permit with the hub's signature. */
  public record Signed(Permit permit, byte[] signature) {
    public Signed {
      signature = signature.clone();
    }

    @Override
    public byte[] signature() {
      return signature.clone();
    }

    /** The permit's bytes, then the signature's 64. */
    public byte[] encode() {
      return ByteBuffer.allocate(BYTES + Ed25519.SIGNATURE_BYTES)
          .put(permit.encode())
          .put(signature)
          .array();
    }

    /** Names the permit: the digest of its bytes. */
    public Digest id() {
      return Digest.sha256(permit.encode());
    }

    /** Reads what {@link #encode} wrote; does not verify the signature. */
    public static Signed decode(byte[] encoded) {
      if (encoded.length != BYTES + Ed25519.SIGNATURE_BYTES) {
        throw invalid("it has " + encoded.length + " bytes");
      }
      return new Signed(
          Permit.decode(ByteBuffer.wrap(encoded, 0, BYTES)),
          Arrays.copyOfRange(encoded, BYTES, encoded.length));
    }

    /**
     * Checks everything that a host must check before it serves {@code client}.
     *
     * @throws ZansocException PERMIT_INVALID, PERMIT_EXPIRED or CLOCK_SKEW, saying what to do
     */
    public Permit check(PublicKey hubKey, PeerId self, PeerId client, Instant now) {
      if (!Ed25519.verify(hubKey, permit.encode(), signature)) {
        throw invalid("its signature is not the hub's");
      }
      return checkAgain(self, client, now);
    }

    /**
     * As {@link #check}, of a permit that has passed it before: the signature is not verified
     * again.
     */
    public Permit checkAgain(PeerId self, PeerId client, Instant now) {
      if (!permit.host.equals(self)) {
        throw invalid("it is for host " + permit.host.shortText());
      }
      if (!permit.client.equals(client)) {
        throw invalid("it is for client " + permit.client.shortText());
      }
      if (now.isBefore(permit.notBefore.minus(Limits.CLOCK_SKEW))) {
        throw new ZansocException(
            ErrorCode.CLOCK_SKEW,
            "the permit begins at %s and this host's clock says %s: set the clocks by NTP"
                .formatted(permit.notBefore, now));
      }
      if (now.isAfter(permit.expires.plus(Limits.CLOCK_SKEW))) {
        throw new ZansocException(
            ErrorCode.PERMIT_EXPIRED,
            "the permit ended at %s and this host's clock says %s: ask the hub for a new one"
                .formatted(permit.expires, now));
      }
      return permit;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Signed signed
          && permit.equals(signed.permit)
          && Arrays.equals(signature, signed.signature);
    }

    @Override
    public int hashCode() {
      return permit.hashCode();
    }
  }

  /** Signs the permit with the hub's key. */
  public Signed sign(PrivateKey hubKey) {
    return new Signed(this, Ed25519.sign(hubKey, encode()));
  }

  /** The bytes that are signed. */
  public byte[] encode() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).putInt(MAGIC).put(action.code());
    hub.digest().write(buffer);
    host.digest().write(buffer);
    client.digest().write(buffer);
    shard.write(buffer);
    return buffer
        .putLong(maxBytes)
        .putLong(notBefore.toEpochMilli())
        .putLong(expires.toEpochMilli())
        .putLong(serial)
        .array();
  }

  private static Permit decode(ByteBuffer buffer) {
    try {
      if (buffer.getInt() != MAGIC) {
        throw invalid("it is not of version 1");
      }
      Action action = Action.ofCode(buffer.get());
      Permit permit =
          new Permit(
              new PeerId(Digest.read(buffer)),
              new PeerId(Digest.read(buffer)),
              new PeerId(Digest.read(buffer)),
              ShardId.read(buffer),
              action,
              buffer.getLong(),
              Instant.ofEpochMilli(buffer.getLong()),
              Instant.ofEpochMilli(buffer.getLong()),
              buffer.getLong());
      if (permit.maxBytes < 0) {
        throw invalid("it is for less than no bytes");
      }
      return permit;
    } catch (BufferUnderflowException e) {
      throw new ZansocException(ErrorCode.PERMIT_INVALID, "the permit is cut short", e);
    }
  }

  private static ZansocException invalid(String why) {
    return new ZansocException(
        ErrorCode.PERMIT_INVALID, "the permit is refused: " + why + "; ask the hub for a new one");
  }
}
