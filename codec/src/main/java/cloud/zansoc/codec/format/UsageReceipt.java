package cloud.zansoc.codec.format;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;

/**
 * What an instance got of one host, signed by the host and countersigned by the hub. Everything
 * counts from the moment that the instance was put on this host, so that of several receipts of a
 * stay the one with the highest number says it all. docs/format/usage-receipt.md gives the bytes.
 *
 * @param host who metered and signs first
 * @param hub who checked and signs second
 */
public record UsageReceipt(PeerId host, PeerId hub, Stay stay, Period period, Used used) {
  private static final int MAGIC = 0x5a555231; // "ZUR1"
  private static final Digest NO_LEASE = Digest.of(new byte[Digest.BYTES]);

  /** Length of a receipt without signatures, in bytes. */
  public static final int BYTES =
      4 + 2 * PeerId.BYTES + 2 * Long.BYTES + Digest.BYTES + 13 * Long.BYTES;

  /** Length of a receipt with both signatures, in bytes. */
  public static final int SIGNED_BYTES = BYTES + 2 * Ed25519.SIGNATURE_BYTES;

  /**
   * An instance's time on one host.
   *
   * @param generation counts the instance's moves from host to host
   * @param lease the number of the lease, among the instance's, that is paid at the period's end
   * @param onChain the same lease's id on the ledger; none where there is no ledger
   */
  public record Stay(InstanceId instance, long generation, long lease, Optional<Digest> onChain) {
    public Stay {
      if (onChain.filter(NO_LEASE::equals).isPresent()) {
        throw new IllegalArgumentException("no lease has this id");
      }
    }
  }

  /**
   * What a receipt is about.
   *
   * @param number counts the receipts of a stay from 1; this one's own period begins where the one
   *     before ends
   * @param since when the stay began, by the hub's clock
   * @param until the period's end, likewise
   */
  public record Period(long number, Instant since, Instant until) {
    public Period {
      since = since.truncatedTo(ChronoUnit.MILLIS);
      until = until.truncatedTo(ChronoUnit.MILLIS);
      if (number < 1 || until.isBefore(since)) {
        throw new IllegalArgumentException(
            "no receipt has number %d from %s until %s".formatted(number, since, until));
      }
    }
  }

  /**
   * What was used since the stay began.
   *
   * @param runningSeconds as the host metered them, never more than the hub's clock allows
   * @param healthySeconds of them, those in which no health check said otherwise
   * @param downtimeSeconds in which the hub did not hear the host
   * @param cpuMillis of all threads together
   * @param memoryMebibyteSeconds of memory used
   * @param diskMebibyteSeconds of disk reserved, volumes included
   */
  public record Used(
      long runningSeconds,
      long healthySeconds,
      long downtimeSeconds,
      long cpuMillis,
      long memoryMebibyteSeconds,
      long diskMebibyteSeconds,
      long receivedBytes,
      long sentBytes) {
    /** Nothing. */
    public static final Used NOTHING = new Used(0, 0, 0, 0, 0, 0, 0, 0);

    public Used {
      long[] amounts = {
        runningSeconds,
        healthySeconds,
        downtimeSeconds,
        cpuMillis,
        memoryMebibyteSeconds,
        diskMebibyteSeconds,
        receivedBytes,
        sentBytes
      };
      if (Arrays.stream(amounts).anyMatch(amount -> amount < 0)
          || healthySeconds > runningSeconds) {
        throw new IllegalArgumentException("nobody uses less than nothing");
      }
    }
  }

  /** A receipt with both signatures. */
  public record Signed(UsageReceipt receipt, byte[] hostSignature, byte[] hubSignature) {
    public Signed {
      hostSignature = hostSignature.clone();
      hubSignature = hubSignature.clone();
    }

    @Override
    public byte[] hostSignature() {
      return hostSignature.clone();
    }

    @Override
    public byte[] hubSignature() {
      return hubSignature.clone();
    }

    /** The receipt's bytes, the host's signature, the hub's. */
    public byte[] encode() {
      return ByteBuffer.allocate(SIGNED_BYTES)
          .put(receipt.encode())
          .put(hostSignature)
          .put(hubSignature)
          .array();
    }

    /** Reads what {@link #encode} wrote; verifies no signature. */
    public static Signed decode(byte[] encoded) {
      if (encoded.length != SIGNED_BYTES) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "a receipt of usage cannot have " + encoded.length + " bytes");
      }
      int half = BYTES + Ed25519.SIGNATURE_BYTES;
      return new Signed(
          UsageReceipt.decode(Arrays.copyOf(encoded, BYTES)),
          Arrays.copyOfRange(encoded, BYTES, half),
          Arrays.copyOfRange(encoded, half, SIGNED_BYTES));
    }

    /** Whether the hub with this key signed what the host has signed. */
    public boolean isSignedBy(PublicKey hubKey) {
      return Ed25519.verify(hubKey, half().encode(), hubSignature);
    }

    /** What the host has signed. */
    public HostSigned half() {
      return new HostSigned(receipt, hostSignature);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Signed signed && Arrays.equals(encode(), signed.encode());
    }

    @Override
    public int hashCode() {
      return receipt.hashCode();
    }
  }

  /** A receipt with the host's signature, which the hub has yet to sign. */
  public record HostSigned(UsageReceipt receipt, byte[] signature) {
    public HostSigned {
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
    public static HostSigned decode(byte[] encoded) {
      if (encoded.length != BYTES + Ed25519.SIGNATURE_BYTES) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT,
            "a receipt of usage that one side has signed cannot have %d bytes"
                .formatted(encoded.length));
      }
      return new HostSigned(
          UsageReceipt.decode(Arrays.copyOf(encoded, BYTES)),
          Arrays.copyOfRange(encoded, BYTES, encoded.length));
    }

    /** Whether the host with this key signed it. */
    public boolean isSignedBy(PublicKey hostKey) {
      return Ed25519.verify(hostKey, receipt.encode(), signature);
    }

    /** Signs it with the hub's key as well. */
    public Signed countersign(PrivateKey hubKey) {
      return new Signed(receipt, signature, Ed25519.sign(hubKey, encode()));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof HostSigned signed && Arrays.equals(encode(), signed.encode());
    }

    @Override
    public int hashCode() {
      return receipt.hashCode();
    }
  }

  /** Signs the receipt with the host's key. */
  public HostSigned sign(PrivateKey hostKey) {
    return new HostSigned(this, Ed25519.sign(hostKey, encode()));
  }

  /** The bytes that the host signs. */
  public byte[] encode() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).putInt(MAGIC);
    host.digest().write(buffer);
    hub.digest().write(buffer);
    buffer.putLong(stay.instance().high()).putLong(stay.instance().low());
    buffer.putLong(stay.generation()).putLong(stay.lease());
    stay.onChain().orElse(NO_LEASE).write(buffer);
    return buffer
        .putLong(period.number())
        .putLong(period.since().toEpochMilli())
        .putLong(period.until().toEpochMilli())
        .putLong(used.runningSeconds())
        .putLong(used.healthySeconds())
        .putLong(used.downtimeSeconds())
        .putLong(used.cpuMillis())
        .putLong(used.memoryMebibyteSeconds())
        .putLong(used.diskMebibyteSeconds())
        .putLong(used.receivedBytes())
        .putLong(used.sentBytes())
        .array();
  }

  private static UsageReceipt decode(byte[] encoded) {
    ByteBuffer buffer = ByteBuffer.wrap(encoded);
    if (buffer.getInt() != MAGIC) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "not a receipt of usage, version 1");
    }
    try {
      return new UsageReceipt(
          new PeerId(Digest.read(buffer)),
          new PeerId(Digest.read(buffer)),
          new Stay(
              new InstanceId(buffer.getLong(), buffer.getLong()),
              buffer.getLong(),
              buffer.getLong(),
              Optional.of(Digest.read(buffer)).filter(lease -> !lease.equals(NO_LEASE))),
          new Period(
              buffer.getLong(),
              Instant.ofEpochMilli(buffer.getLong()),
              Instant.ofEpochMilli(buffer.getLong())),
          new Used(
              buffer.getLong(),
              buffer.getLong(),
              buffer.getLong(),
              buffer.getLong(),
              buffer.getLong(),
              buffer.getLong(),
              buffer.getLong(),
              buffer.getLong()));
    } catch (IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "not a receipt of usage: " + e.getMessage(), e);
    }
  }
}
