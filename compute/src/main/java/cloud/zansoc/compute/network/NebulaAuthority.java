package cloud.zansoc.compute.network;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.crypto.Key256;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/**
 * Who signs the certificates of a hub's private networks. Its key and certificate lie in a folder
 * as nebula-cert writes them. The members' keys follow from its own, so that nobody has to keep
 * them. Immutable.
 */
public final class NebulaAuthority {
  /** The file of its certificate. */
  public static final String CERTIFICATE = "ca.crt";

  /** The file of its secret key. */
  public static final String KEY = "ca.key";

  /** Clocks of homes may be behind by so much. */
  static final Duration SKEW = Duration.ofHours(1);

  private static final Duration LIFE = Duration.ofDays(20 * 365);
  private static final byte[] SALT = "zansoc nebula member 1".getBytes(StandardCharsets.US_ASCII);

  private final PrivateKey key;
  private final Key256 root;
  private final NebulaCertificate certificate;

  private NebulaAuthority(byte[] seed, NebulaCertificate certificate) {
    this.key = Ed25519.privateKey(seed);
    this.root = Key256.of(seed);
    this.certificate = certificate;
  }

  /**
   * The authority that is kept in a folder; a new one where there is none.
   *
   * @throws ZansocException INVALID_ARGUMENT where its files are damaged
   */
  public static NebulaAuthority loadOrCreate(Path folder, Instant now) {
    Path keyFile = folder.resolve(KEY);
    Path certificateFile = folder.resolve(CERTIFICATE);
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      // The key comes last: a certificate without its key has signed nothing.
      if (!Files.exists(keyFile)) {
        create(certificateFile, keyFile, now);
      }
      return parse(Files.readString(certificateFile), Files.readString(keyFile));
    } catch (IOException | IllegalArgumentException e) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "the authority of private networks cannot be read from %s (%s): restore %s and %s from a copy, or move both away to begin with a new one, which no instance that runs now trusts"
              .formatted(folder, e.getMessage(), KEY, CERTIFICATE),
          e);
    }
  }

  private static void create(Path certificateFile, Path keyFile, Instant now) throws IOException {
    KeyPair pair;
    try {
      pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no Ed25519", e);
    }
    byte[] publicKey = Ed25519.rawPublicKey(pair.getPublic());
    Instant start = now.minus(SKEW).truncatedTo(ChronoUnit.SECONDS);
    NebulaCertificate certificate =
        new NebulaCertificate.Details(
                "zansoc",
                Optional.empty(),
                List.of(),
                start,
                start.plus(LIFE),
                publicKey,
                Optional.empty())
            .sign(pair.getPrivate());
    write(certificateFile, certificate.pem());
    byte[] both = Arrays.copyOf(Ed25519.seed(pair.getPrivate()), 2 * Ed25519.KEY_BYTES);
    System.arraycopy(publicKey, 0, both, Ed25519.KEY_BYTES, Ed25519.KEY_BYTES);
    write(keyFile, NebulaPem.encode(NebulaPem.AUTHORITY_KEY, both));
  }

  private static void write(Path file, String text) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static NebulaAuthority parse(String certificatePem, String keyPem) {
    byte[] both = NebulaPem.decode(NebulaPem.AUTHORITY_KEY, keyPem);
    if (both.length != 2 * Ed25519.KEY_BYTES) {
      throw new IllegalArgumentException("its key has %d bytes, not 64".formatted(both.length));
    }
    return new NebulaAuthority(
        Arrays.copyOf(both, Ed25519.KEY_BYTES), NebulaCertificate.parse(certificatePem));
  }

  /** PEM of its own certificate. */
  public String certificate() {
    return certificate.pem();
  }

  /**
   * Signs a member's certificate.
   *
   * @param purpose what {@link #memberKey} knows its key by
   */
  public NebulaCertificate sign(
      String purpose, NetworkAddress address, List<String> groups, Validity validity) {
    return sign(
        new NebulaCertificate.Details(
            purpose,
            Optional.of(address),
            groups,
            validity.notBefore(),
            validity.notAfter(),
            publicKey(secret(purpose, validity)),
            Optional.of(certificate.fingerprint())));
  }

  NebulaCertificate sign(NebulaCertificate.Details details) {
    return details.sign(key);
  }

  /** PEM of a member's secret key: for the same arguments always the same. */
  public String memberKey(String purpose, Validity validity) {
    return NebulaPem.encode(NebulaPem.MEMBER_KEY, secret(purpose, validity));
  }

  private byte[] secret(String purpose, Validity validity) {
    String text = purpose + "|" + validity.notBefore().getEpochSecond();
    return root.derive(SALT, text.getBytes(StandardCharsets.UTF_8)).toBytes();
  }

  /** The X25519 public key: the secret one times the base point (RFC 7748). */
  private static byte[] publicKey(byte[] secret) {
    try {
      KeyFactory keys = KeyFactory.getInstance("X25519");
      KeyAgreement agreement = KeyAgreement.getInstance("X25519");
      agreement.init(
          keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret)));
      agreement.doPhase(
          keys.generatePublic(
              new XECPublicKeySpec(NamedParameterSpec.X25519, BigInteger.valueOf(9))),
          true);
      return agreement.generateSecret();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no X25519", e);
    }
  }

  /** When a certificate is valid, in whole seconds. */
  public record Validity(Instant notBefore, Instant notAfter) {
    public Validity {
      notBefore = notBefore.truncatedTo(ChronoUnit.SECONDS);
      notAfter = notAfter.truncatedTo(ChronoUnit.SECONDS);
    }

    /** From now on; also for clocks that are behind. */
    public static Validity of(Instant now, Duration life) {
      return new Validity(now.minus(SKEW), now.plus(life));
    }

    /** Whether half of it is over. */
    public boolean isAging(Instant now) {
      return now.isAfter(notBefore.plus(Duration.between(notBefore, notAfter).dividedBy(2)));
    }
  }
}
