package cloud.zansoc.net.identity;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;

/**
 * What a peer's TLS certificate proves: that the Ed25519 key inside it vouches for the P-256 key
 * that the handshake used. docs/format/identity.md gives the bytes.
 *
 * @param id the peer
 * @param publicKey its raw Ed25519 key, 32 bytes
 */
public record PeerCertificate(PeerId id, byte[] publicKey) {
  /** Marks the vouching extension: an arc of 2.25, where every UUID is one's own (X.667). */
  static final String EXTENSION = "2.25.152873520252527355522405229490143559154";

  private static final byte[] CONTEXT = "zansoc-tls-1:".getBytes(StandardCharsets.US_ASCII);
  private static final int P256_BITS = 256;

  public PeerCertificate {
    publicKey = publicKey.clone();
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /**
   * Reads and verifies a certificate. Names, validity dates and issuers mean nothing here.
   *
   * @throws ZansocException UNAUTHENTICATED where nothing vouches for the certificate's key
   */
  public static PeerCertificate verify(X509Certificate certificate) {
    PublicKey tlsKey = certificate.getPublicKey();
    if (!(tlsKey instanceof ECPublicKey ec) || ec.getParams().getOrder().bitLength() != P256_BITS) {
      throw refused("its key is " + tlsKey.getAlgorithm() + ", not P-256");
    }
    byte[] extension = certificate.getExtensionValue(EXTENSION);
    if (extension == null) {
      throw refused("it has no vouching extension");
    }
    ASN1Sequence vouching = parse(extension);
    byte[] publicKey = octets(vouching, 0, Ed25519.KEY_BYTES);
    byte[] signature = octets(vouching, 1, Ed25519.SIGNATURE_BYTES);
    PublicKey vouchingKey;
    try {
      vouchingKey = Ed25519.publicKey(publicKey);
    } catch (IllegalArgumentException e) {
      throw refused("its Ed25519 key is no point of the curve");
    }
    if (!Ed25519.verify(vouchingKey, vouched(tlsKey), signature)) {
      throw refused("its Ed25519 key did not sign its TLS key");
    }
    return new PeerCertificate(PeerId.ofPublicKey(publicKey), publicKey);
  }

  /**
   * Who is at the other end of a TLS session.
   *
   * @throws ZansocException UNAUTHENTICATED where the peer showed no certificate, or a bad one
   */
  public static PeerCertificate of(SSLSession session) {
    try {
      if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
        return verify(certificate);
      }
      throw refused("it is not an X.509 certificate");
    } catch (SSLPeerUnverifiedException e) {
      throw new ZansocException(
          ErrorCode.UNAUTHENTICATED,
          "the peer showed no certificate; connect with an identity (zansoc login)",
          e);
    }
  }

  /** The extension's value for {@code tlsKey}, vouched for by {@code identityKey}. */
  static ASN1Sequence vouch(
      PublicKey tlsKey, byte[] rawIdentityKey, java.security.PrivateKey identityKey) {
    return new DERSequence(
        new DEROctetString[] {
          new DEROctetString(rawIdentityKey),
          new DEROctetString(Ed25519.sign(identityKey, vouched(tlsKey)))
        });
  }

  /** What is signed: the context, then the SubjectPublicKeyInfo in DER. */
  private static byte[] vouched(PublicKey tlsKey) {
    byte[] key = tlsKey.getEncoded();
    byte[] message = Arrays.copyOf(CONTEXT, CONTEXT.length + key.length);
    System.arraycopy(key, 0, message, CONTEXT.length, key.length);
    return message;
  }

  private static ASN1Sequence parse(byte[] extension) {
    try {
      byte[] value =
          ASN1OctetString.getInstance(ASN1Primitive.fromByteArray(extension)).getOctets();
      return ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(value));
    } catch (java.io.IOException | IllegalArgumentException | IllegalStateException e) {
      throw refused("its vouching extension is malformed");
    }
  }

  private static byte[] octets(ASN1Sequence sequence, int index, int length) {
    if (sequence.size() == 2
        && sequence.getObjectAt(index) instanceof ASN1OctetString octets
        && octets.getOctetsLength() == length) {
      return octets.getOctets();
    }
    throw refused("its vouching extension is malformed");
  }

  private static ZansocException refused(String why) {
    return new ZansocException(
        ErrorCode.UNAUTHENTICATED,
        "the peer's certificate is refused: " + why + "; is it a Zansoc peer of this version?");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PeerCertificate certificate && id.equals(certificate.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }
}
