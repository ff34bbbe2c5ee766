package cloud.zansoc.net.identity;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * The file that keeps an identity: three PEM sections, the Ed25519 key, the P-256 key and the
 * certificate. docs/format/identity.md.
 */
final class IdentityFile {
  private static final String KEY = "PRIVATE KEY";
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final int MAX_BYTES = 16 * 1024;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;

  IdentityFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  Identity loadOrCreate() {
    try {
      if (!Files.exists(file)) {
        create();
      }
      return load();
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INTERNAL, "cannot keep the identity in " + file + ": " + e, e);
    }
  }

  private void create() throws IOException {
    Path folder = file.getParent();
    Files.createDirectories(folder);
    FileAttribute<Set<PosixFilePermission>> mode = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
    Path draft = Files.createTempFile(folder, ".identity-", ".new", mode);
    try {
      byte[] text = encode(Identity.create(new SecureRandom()));
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      // A link, unlike a move, fails where another process was first.
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException first) {
      return;
    } finally {
      Files.deleteIfExists(draft);
    }
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private Identity load() throws IOException {
    Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
    others.removeAll(
        EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE));
    if (!others.isEmpty()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          file + " holds private keys and others may read it; run: chmod 600 " + file);
    }
    if (Files.size(file) > MAX_BYTES) {
      throw damaged("it is too long", null);
    }
    return decode(Files.readString(file, StandardCharsets.US_ASCII));
  }

  private static byte[] encode(Identity identity) {
    StringWriter text = new StringWriter();
    try (PemWriter pem = new PemWriter(text)) {
      pem.writeObject(new PemObject(KEY, identity.signingKey().getEncoded()));
      pem.writeObject(new PemObject(KEY, identity.tlsKey().getEncoded()));
      pem.writeObject(new PemObject(CERTIFICATE, identity.certificate().getEncoded()));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("an identity cannot be written as PEM", e);
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private Identity decode(String text) {
    try (PemReader pem = new PemReader(new StringReader(text))) {
      PrivateKey signing = key("Ed25519", section(pem, KEY));
      PrivateKey tls = key("EC", section(pem, KEY));
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(section(pem, CERTIFICATE)));
      Identity identity = new Identity(signing, tls, certificate);
      byte[] probe = identity.id().digest().toBytes();
      if (!Ed25519.verify(Ed25519.publicKey(identity.publicKey()), probe, identity.sign(probe))) {
        throw damaged("its parts belong to different peers", null);
      }
      return identity;
    } catch (IOException
        | UncheckedIOException
        | GeneralSecurityException
        | IllegalArgumentException e) {
      throw damaged("it cannot be read as PEM", e);
    }
  }

  private static PrivateKey key(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private byte[] section(PemReader pem, String type) throws IOException {
    PemObject section = pem.readPemObject();
    if (section == null || !section.getType().equals(type)) {
      throw damaged("its " + type + " section is missing", null);
    }
    return section.getContent();
  }

  private ZansocException damaged(String why, @org.jspecify.annotations.Nullable Throwable cause) {
    String message =
        file
            + " is not an identity: "
            + why
            + "; restore it from a copy, or move it away to begin"
            + " as a new peer";
    return cause == null
        ? new ZansocException(ErrorCode.INVALID_ARGUMENT, message)
        : new ZansocException(ErrorCode.INVALID_ARGUMENT, message, cause);
  }
}
