package cloud.zansoc.net.identity;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * What a web server shows to browsers: a certificate in the usual sense, by names and dates. Peers
 * of Zansoc have a {@link PeerCertificate} instead.
 *
 * @param chain the certificate, and those that it follows from
 */
public record ServerCertificate(PrivateKey key, List<X509Certificate> chain) {
  private static final Duration LIFE = Duration.ofDays(397); // The most that browsers take.
  private static final Duration LEFT = Duration.ofDays(30);
  private static final Duration SKEW = Duration.ofDays(1);
  private static final int SERIAL_BITS = 127;
  private static final Pattern IP = Pattern.compile("[0-9.]+|.*:.*");

  public ServerCertificate {
    chain = List.copyOf(chain);
  }

  /**
   * Reads PEM files: certificates, the server's own first; and a key in PKCS #8, or as OpenSSL
   * writes those of RSA and elliptic curves, without a password.
   *
   * @throws ZansocException INVALID_ARGUMENT that names the file and what is wrong with it
   */
  public static ServerCertificate read(Path certificate, Path key) {
    List<X509Certificate> chain = new ArrayList<>();
    for (Object part : parts(certificate)) {
      if (part instanceof X509CertificateHolder holder) {
        chain.add(x509(certificate, holder));
      }
    }
    if (chain.isEmpty()) {
      throw refused(certificate, "it has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    }
    ServerCertificate read = new ServerCertificate(privateKey(key), chain);
    if (!belongTogether(read.key(), chain.getFirst().getPublicKey())) {
      throw refused(key, "it is not the key of the certificate in " + certificate);
    }
    return read;
  }

  private static X509Certificate x509(Path file, X509CertificateHolder holder) {
    try {
      return new JcaX509CertificateConverter().getCertificate(holder);
    } catch (GeneralSecurityException e) {
      throw refused(file, String.valueOf(e.getMessage()));
    }
  }

  private static PrivateKey privateKey(Path file) {
    for (Object part : parts(file)) {
      try {
        switch (part) {
          case PrivateKeyInfo info -> {
            return new JcaPEMKeyConverter().getPrivateKey(info);
          }
          case PEMKeyPair pair -> {
            return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
          }
          case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
              throw refused(file, "its key has a password: write it without one");
          default -> {} // Parameters of the curve, or the certificate once more.
        }
      } catch (IOException e) {
        throw refused(file, String.valueOf(e.getMessage()));
      }
    }
    throw refused(file, "it has no private key in PEM (-----BEGIN PRIVATE KEY-----)");
  }

  private static List<Object> parts(Path file) {
    List<Object> parts = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(file);
        PEMParser parser = new PEMParser(reader)) {
      for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
        parts.add(part);
      }
    } catch (IOException | RuntimeException e) {
      throw refused(file, e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    return parts;
  }

  private static boolean belongTogether(PrivateKey key, PublicKey certified) {
    String algorithm =
        switch (certified.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> certified.getAlgorithm();
        };
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update((byte) 1);
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certified);
      verifying.update((byte) 1);
      return verifying.verify(signing.sign());
    } catch (InvalidKeyException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "keys of %s are not used here".formatted(algorithm), e);
    }
  }

  private static ZansocException refused(Path file, String why) {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT, "%s cannot be used for HTTPS: %s".formatted(file, why));
  }

  /**
   * Writes a certificate that nobody vouches for, and its key (mode 0600), unless there is one that
   * holds for another month.
   *
   * @param names of the server, or its addresses
   */
  public static void makeMissing(Path certificate, Path key, List<String> names, Instant now) {
    if (Files.exists(certificate) && Files.exists(key)) {
      Instant end = read(certificate, key).chain().getFirst().getNotAfter().toInstant();
      if (end.isAfter(now.plus(LEFT))) {
        return;
      }
    }
    ServerCertificate made = selfSigned(names, now);
    try {
      Files.deleteIfExists(key);
      Files.createFile(
          key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(key, pem("PRIVATE KEY", made.key().getEncoded()), StandardOpenOption.DSYNC);
      Files.writeString(certificate, pem("CERTIFICATE", made.chain().getFirst().getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was just made has no encoding", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + certificate + " and " + key, e);
    }
  }

  private static String pem(String type, byte[] encoded) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, encoded));
    }
    return text.toString();
  }

  /** A new certificate for these names, which vouches for itself. */
  static ServerCertificate selfSigned(List<String> names, Instant now) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      X500Principal subject = new X500Principal("CN=Zansoc endpoints");
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              subject,
              new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0),
              Date.from(now.minus(SKEW)),
              Date.from(now.plus(LIFE)),
              subject,
              pair.getPublic());
      GeneralName[] alternatives =
          Set.copyOf(names).stream()
              .sorted()
              .map(name ->
                  new GeneralName(
                      IP.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName,
                      name))
              .toArray(GeneralName[]::new);
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
      X509CertificateHolder holder =
          builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
      return new ServerCertificate(
          pair.getPrivate(), List.of(new JcaX509CertificateConverter().getCertificate(holder)));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("this JDK makes no certificates of P-256", e);
    }
  }

  /** Leaves the key out. */
  @Override
  public String toString() {
    return "certificate of " + chain.getFirst().getSubjectX500Principal();
  }
}
