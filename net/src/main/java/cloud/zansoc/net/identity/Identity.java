package cloud.zansoc.net.identity;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.codec.crypto.Ed25519;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A peer's own keys: the Ed25519 key that it is known by, and the P-256 key with a self-signed
 * certificate that its TLS connections use. Immutable.
 */
public final class Identity {
  /** RFC 5280: "no well-defined expiration date". Nobody checks dates here. */
  private static final Instant NO_EXPIRY = Instant.parse("9999-12-31T23:59:59Z");

  private static final Instant NOT_BEFORE = Instant.parse("2020-01-01T00:00:00Z");
  private static final int SERIAL_BITS = 127;

  private final PrivateKey signingKey;
  private final PrivateKey tlsKey;
  private final X509Certificate certificate;
  private final PeerCertificate proved;

  /**
   * Puts an identity together.
   *
   * @throws cloud.zansoc.base.ZansocException UNAUTHENTICATED where the certificate is not vouched
   *     for
   */
  Identity(PrivateKey signingKey, PrivateKey tlsKey, X509Certificate certificate) {
    this.signingKey = signingKey;
    this.tlsKey = tlsKey;
    this.certificate = certificate;
    this.proved = PeerCertificate.verify(certificate);
  }

  /** A new identity that exists in memory only. */
  public static Identity create(SecureRandom random) {
    try {
      KeyPairGenerator ed25519 = KeyPairGenerator.getInstance("Ed25519");
      ed25519.initialize(Ed25519.KEY_BYTES * Byte.SIZE - 1, random);
      KeyPair signing = ed25519.generateKeyPair();
      KeyPairGenerator p256 = KeyPairGenerator.getInstance("EC");
      p256.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair tls = p256.generateKeyPair();
      return new Identity(signing.getPrivate(), tls.getPrivate(), certify(signing, tls, random));
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException("this JDK cannot make an identity", e);
    }
  }

  /**
   * Reads the identity kept in {@code file}, or makes one and keeps it there (mode 0600, durable
   * before this returns, never a half-written file). Two processes that begin at once get the same
   * one.
   *
   * @throws cloud.zansoc.base.ZansocException INVALID_ARGUMENT where the file is damaged or others
   *     may read it; INTERNAL where it cannot be read or written
   */
  public static Identity loadOrCreate(Path file) {
    return new IdentityFile(file).loadOrCreate();
  }

  /** Who this is. */
  public PeerId id() {
    return proved.id();
  }

  /** The raw Ed25519 public key, 32 bytes. */
  public byte[] publicKey() {
    return proved.publicKey();
  }

  /** The Ed25519 signature of {@code message}, 64 bytes. */
  public byte[] sign(byte[] message) {
    return Ed25519.sign(signingKey, message);
  }

  /** The Ed25519 private key, to sign permits and receipts with. */
  public PrivateKey signingKey() {
    return signingKey;
  }

  /** The self-signed certificate of {@link #tlsKey}, with the vouching extension. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The P-256 private key. */
  public PrivateKey tlsKey() {
    return tlsKey;
  }

  /** Names the peer; shows no key. */
  @Override
  public String toString() {
    return "Identity[" + id() + "]";
  }

  private static X509Certificate certify(KeyPair signing, KeyPair tls, SecureRandom random)
      throws OperatorCreationException, CertIOException, GeneralSecurityException {
    byte[] publicKey = Ed25519.rawPublicKey(signing.getPublic());
    X500Name name = new X500Name("CN=" + PeerId.ofPublicKey(publicKey));
    BigInteger serial = new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    serial,
                    Date.from(NOT_BEFORE),
                    Date.from(NO_EXPIRY),
                    name,
                    tls.getPublic())
                .addExtension(
                    new ASN1ObjectIdentifier(PeerCertificate.EXTENSION),
                    false,
                    PeerCertificate.vouch(tls.getPublic(), publicKey, signing.getPrivate()))
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(tls.getPrivate())));
  }
}
