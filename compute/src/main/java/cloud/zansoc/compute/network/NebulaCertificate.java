package cloud.zansoc.compute.network;

import cloud.zansoc.base.Digest;
import cloud.zansoc.codec.crypto.Ed25519;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A certificate of Nebula's version 1: a message of Protocol Buffers, of which the signer signs the
 * details as they are encoded here: fields in the order of their numbers, without those that have
 * their default value. docs/format/nebula-certificate.md.
 *
 * @param pem its text
 * @param fingerprint the SHA-256 of its bytes, in hexadecimal: its name on lists of refused ones
 */
public record NebulaCertificate(String pem, String fingerprint) {
  private static final int VARINT = 0;
  private static final int BYTES = 2;

  /** Reads a certificate's text; nothing is verified. */
  public static NebulaCertificate parse(String pem) {
    return of(NebulaPem.decode(NebulaPem.CERTIFICATE, pem));
  }

  private static NebulaCertificate of(byte[] encoded) {
    return new NebulaCertificate(
        NebulaPem.encode(NebulaPem.CERTIFICATE, encoded),
        HexFormat.of().formatHex(Digest.sha256(encoded).toBytes()));
  }

  /**
   * What a certificate says.
   *
   * @param address none for an authority's
   * @param publicKey X25519 of a member, Ed25519 of an authority
   * @param issuer fingerprint of the authority that signs; none for an authority's
   */
  record Details(
      String name,
      Optional<NetworkAddress> address,
      List<String> groups,
      Instant notBefore,
      Instant notAfter,
      byte[] publicKey,
      Optional<String> issuer) {
    NebulaCertificate sign(PrivateKey authority) {
      byte[] details = encode();
      Message certificate = new Message();
      certificate.bytes(1, details);
      certificate.bytes(2, Ed25519.sign(authority, details));
      return of(certificate.encoded());
    }

    private byte[] encode() {
      Message message = new Message();
      message.bytes(1, name.getBytes(StandardCharsets.UTF_8));
      address.ifPresent(its -> message.unsigned(2, its.bits(), NetworkAddress.mask()));
      groups.forEach(group -> message.bytes(4, group.getBytes(StandardCharsets.UTF_8)));
      message.number(5, notBefore.getEpochSecond());
      message.number(6, notAfter.getEpochSecond());
      message.bytes(7, publicKey);
      message.number(8, issuer.isEmpty() ? 1 : 0);
      issuer.ifPresent(its -> message.bytes(9, HexFormat.of().parseHex(its)));
      return message.encoded();
    }
  }

  /** A message of Protocol Buffers that is written field by field. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void bytes(int field, byte[] value) {
      if (value.length > 0) {
        varint(field << 3 | BYTES);
        varint(value.length);
        out.writeBytes(value);
      }
    }

    void number(int field, long value) {
      if (value != 0) {
        varint(field << 3 | VARINT);
        varint(value);
      }
    }

    /** A packed list of 32-bit numbers without a sign. */
    void unsigned(int field, int... values) {
      Message list = new Message();
      for (int value : values) {
        list.varint(Integer.toUnsignedLong(value));
      }
      bytes(field, list.encoded());
    }

    byte[] encoded() {
      return out.toByteArray();
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
