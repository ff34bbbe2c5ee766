package cloud.zansoc.net.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IdentityTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir private Path folder;

  @Test
  void create_always_certificateProvesTheId() {
    Identity identity = Identity.create(RANDOM);

    PeerCertificate proved = PeerCertificate.verify(identity.certificate());

    assertThat(proved.id()).isEqualTo(identity.id());
    assertThat(identity.id()).isEqualTo(PeerId.ofPublicKey(identity.publicKey()));
    assertThat(proved.publicKey()).isEqualTo(identity.publicKey()).hasSize(32);
    byte[] message = "message".getBytes(StandardCharsets.UTF_8);
    assertThat(
            Ed25519.verify(
                Ed25519.publicKey(identity.publicKey()), message, identity.sign(message)))
        .isTrue();
  }

  @Test
  void loadOrCreate_twice_sameIdentityInAFileOfTheOwnerOnly() throws Exception {
    Path file = folder.resolve("deeper/identity.pem");

    Identity created = Identity.loadOrCreate(file);
    Identity loaded = Identity.loadOrCreate(file);

    assertThat(loaded.id()).isEqualTo(created.id());
    assertThat(loaded.certificate()).isEqualTo(created.certificate());
    assertThat(loaded.tlsKey()).isEqualTo(created.tlsKey());
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void loadOrCreate_manyAtOnce_allGetTheSame() throws Exception {
    Path file = folder.resolve("identity.pem");
    List<Callable<PeerId>> racers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      racers.add(() -> Identity.loadOrCreate(file).id());
    }

    List<PeerId> seen = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<PeerId> id : executor.invokeAll(racers)) {
        seen.add(id.get());
      }
    }

    assertThat(seen).hasSize(16);
    assertThat(seen.stream().distinct()).hasSize(1);
  }

  @Test
  void loadOrCreate_othersMayRead_refusedWithWhatToRun() throws Exception {
    Path file = folder.resolve("identity.pem");
    Identity.loadOrCreate(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> Identity.loadOrCreate(file))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("chmod 600 " + file);
  }

  @Test
  void loadOrCreate_damagedAnywhere_refusedOrTheSame() throws Exception {
    Path file = folder.resolve("identity.pem");
    PeerId id = Identity.loadOrCreate(file).id();
    byte[] good = Files.readAllBytes(file);
    long seed = RANDOM.nextLong();
    Random random = new Random(seed);

    for (int i = 0; i < 100; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(7));
      Files.write(file, bad);
      try {
        assertThat(Identity.loadOrCreate(file).id()).as("seed %d", seed).isEqualTo(id);
      } catch (ZansocException e) {
        assertThat(e.code())
            .as("seed %d", seed)
            .isIn(ErrorCode.INVALID_ARGUMENT, ErrorCode.UNAUTHENTICATED);
      }
    }
  }

  @Test
  void verify_noExtension_refused() throws Exception {
    KeyPair tls = p256();
    X509Certificate bare = certificate(tls, null);

    assertThatThrownBy(() -> PeerCertificate.verify(bare))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
        .hasMessageContaining("no vouching extension");
  }

  @Test
  void verify_vouchesForAnotherKey_refused() throws Exception {
    KeyPair signing = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] raw = Ed25519.rawPublicKey(signing.getPublic());
    X509Certificate stolen =
        certificate(p256(), PeerCertificate.vouch(p256().getPublic(), raw, signing.getPrivate()));

    assertThatThrownBy(() -> PeerCertificate.verify(stolen))
        .hasMessageContaining("did not sign its TLS key");
  }

  @Test
  void verify_anyByteChanged_neverAnotherId() throws Exception {
    Identity identity = Identity.create(RANDOM);
    byte[] good = identity.certificate().getEncoded();
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    int refused = 0;
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      try {
        X509Certificate certificate =
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bad));
        assertThat(PeerCertificate.verify(certificate).id())
            .as("byte %d", i)
            .isEqualTo(identity.id());
      } catch (CertificateException | ZansocException e) {
        refused++;
      }
    }
    // The keys and the vouching signature alone are more than this.
    assertThat(refused).isGreaterThan(150);
  }

  private static KeyPair p256() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private static X509Certificate certificate(
      KeyPair tls, @org.jspecify.annotations.Nullable ASN1Encodable vouching) throws Exception {
    X500Name name = new X500Name("CN=test");
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.ONE,
            Date.from(Instant.EPOCH),
            Date.from(Instant.EPOCH.plusSeconds(1)),
            name,
            tls.getPublic());
    if (vouching != null) {
      builder.addExtension(new ASN1ObjectIdentifier(PeerCertificate.EXTENSION), false, vouching);
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(tls.getPrivate())));
  }
}
