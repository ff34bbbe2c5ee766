package cloud.zansoc.net.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerCertificateTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path folder;
  private Path certificate = Path.of("");
  private Path key = Path.of("");

  @BeforeEach
  void place() {
    certificate = folder.resolve("certificate.pem");
    key = folder.resolve("key.pem");
  }

  private void make(Instant now, String... names) {
    ServerCertificate.makeMissing(certificate, key, List.of(names), now);
  }

  @Test
  void makeMissing_forNames_certifiesThemAndIsKept() throws IOException, CertificateException {
    make(NOW, "apps.example.org", "*.apps.example.org", "192.0.2.7");
    ServerCertificate made = ServerCertificate.read(certificate, key);

    assertThat(made.chain().getFirst().getSubjectAlternativeNames().stream().map(List::toString))
        .containsExactlyInAnyOrder(
            "[2, apps.example.org]", "[2, *.apps.example.org]", "[7, 192.0.2.7]");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(made.toString()).doesNotContain("rivate");

    make(NOW.plus(Duration.ofDays(360)), "apps.example.org");
    assertThat(ServerCertificate.read(certificate, key)).isEqualTo(made);
    make(NOW.plus(Duration.ofDays(370)), "apps.example.org");
    assertThat(ServerCertificate.read(certificate, key)).isNotEqualTo(made);
  }

  @Test
  void read_whatCannotBeUsed_namesTheFileAndWhy() throws IOException {
    make(NOW, "a.example");
    Path otherCertificate = folder.resolve("other.pem");
    Path otherKey = folder.resolve("other-key.pem");
    ServerCertificate.makeMissing(otherCertificate, otherKey, List.of("b.example"), NOW);
    Path text = Files.writeString(folder.resolve("text"), "no PEM at all");
    Path encrypted =
        Files.writeString(
            folder.resolve("encrypted.pem"),
            """
            -----BEGIN EC PRIVATE KEY-----
            Proc-Type: 4,ENCRYPTED
            DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF

            AAAA
            -----END EC PRIVATE KEY-----
            """);

    assertRefused(certificate, otherKey, "other-key.pem", "not the key of the certificate in");
    assertRefused(text, key, "text", "no certificate in PEM");
    assertRefused(certificate, text, "text", "no private key in PEM");
    assertRefused(certificate, encrypted, "encrypted.pem", "has a password");
    assertRefused(folder.resolve("none"), key, "none", "NoSuchFileException");
  }

  private static void assertRefused(Path certificate, Path key, String... words) {
    assertThatThrownBy(() -> ServerCertificate.read(certificate, key))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .satisfies(e -> assertThat(e.getMessage()).contains(Arrays.asList(words)));
  }
}
