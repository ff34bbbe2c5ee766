package cloud.zansoc.compute.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.network.NebulaAuthority.Validity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NebulaAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-11-28T02:00:00.5Z");
  private static final NetworkAddress ADDRESS = NetworkAddress.parse("100.64.3.7");

  /** Made by nebula-cert 1.6.1, as the certificate that it signed. */
  private static final String NEBULA_CERT_AUTHORITY =
      """
      -----BEGIN NEBULA CERTIFICATE-----
      CjgKBnphbnNvYyiz7KjYBjCz+IiFCTogpySGw9ri3T5X863KQdJ7d4qzgz4ae0Se
      YB12dAo3cQFAARJAfp7G9k4B37hfzfOQNAQaTgI6e4AgiJrvh/x9wHls7S1z+GcC
      HXFKs73okeLPlSu58lm4e1DAgK1Pg7kx2pdoBQ==
      -----END NEBULA CERTIFICATE-----
      """;

  private static final String NEBULA_CERT_KEY =
      """
      -----BEGIN NEBULA ED25519 PRIVATE KEY-----
      /kuxpKfiR0kC/742QSncsHtXhQHD3HtBtT6wdZWhnhOnJIbD2uLdPlfzrcpB0nt3
      irODPhp7RJ5gHXZ0CjdxAQ==
      -----END NEBULA ED25519 PRIVATE KEY-----
      """;

  private static final String NEBULA_CERT_SIGNED =
      """
      -----BEGIN NEBULA CERTIFICATE-----
      Cm8KA2kuMRIK/v//owaAgID+DyIFZy1vbmUiBWctdHdvKMTsqNgGMMTW8tgGOiCM
      QjQKbToW++asdnVfgyeOecLj4V/66QRMKVhCn18RD0og74TV7yCdYaYYmX4lqfdl
      UpX2tTWuMHYyaao1yCpapzcSQAPTJWZnM8kkkugI4vDBQ9pMHGyeRvnL9JAl5Trb
      bkhybcRUeDUQ7BdTDLge748ZsYHRyjhRdUD74SD39JT39w0=
      -----END NEBULA CERTIFICATE-----
      """;

  @TempDir private Path folder;

  @Test
  void sign_afterRestart_givesTheSameCertificateAndKey() {
    NebulaAuthority first = NebulaAuthority.loadOrCreate(folder, NOW);
    NebulaAuthority again = NebulaAuthority.loadOrCreate(folder, NOW.plusSeconds(99));
    Validity validity = Validity.of(NOW, Duration.ofDays(14));

    assertThat(again.certificate()).isEqualTo(first.certificate());
    assertThat(sign(again, validity)).isEqualTo(sign(first, validity));
    assertThat(again.memberKey("i.1", validity)).isEqualTo(first.memberKey("i.1", validity));
    assertThat(again.memberKey("i.2", validity)).isNotEqualTo(first.memberKey("i.1", validity));
    assertThat(again.memberKey("i.1", Validity.of(NOW.plusSeconds(1), Duration.ofDays(14))))
        .isNotEqualTo(first.memberKey("i.1", validity));
  }

  @Test
  void sign_withAuthorityOfNebulaCert_isWhatNebulaCertSigned() {
    NebulaCertificate.Details details =
        new NebulaCertificate.Details(
            "i.1",
            Optional.of(NetworkAddress.parse("100.127.255.254")),
            List.of("g-one", "g-two"),
            Instant.parse("2026-11-28T02:02:44Z"),
            Instant.parse("2026-12-12T02:02:44Z"),
            HexFormat.of()
                .parseHex("8c42340a6d3a16fbe6ac76755f83278e79c2e3e15ffae9044c2958429f5f110f"),
            Optional.of("ef84d5ef209d61a618997e25a9f7655295f6b535ae30763269aa35c82a5aa737"));

    NebulaCertificate certificate =
        NebulaAuthority.parse(NEBULA_CERT_AUTHORITY, NEBULA_CERT_KEY).sign(details);

    assertThat(certificate.pem()).isEqualTo(NEBULA_CERT_SIGNED);
    assertThat(certificate.fingerprint())
        .isEqualTo("3f50ee270dae86e4788c29e02cf3c72ee38faa011663a9801a124bb8aa53025c");
  }

  @Test
  void certificate_readByNebulaCert_saysWhatWasSigned() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/nebula-cert")), "skipped: nebula-cert is missing");
    NebulaAuthority authority = NebulaAuthority.loadOrCreate(folder, NOW);
    NebulaCertificate certificate =
        sign(authority, Validity.of(Instant.now(), Duration.ofDays(14)));
    Path file = Files.writeString(folder.resolve("member.crt"), certificate.pem());

    String verified =
        run(
            "nebula-cert",
            "verify",
            "-ca",
            folder.resolve("ca.crt").toString(),
            "-crt",
            file.toString());
    String printed = run("nebula-cert", "print", "-json", "-path", file.toString());

    assertThat(verified).isEmpty();
    assertThat(printed)
        .contains("\"fingerprint\":\"" + certificate.fingerprint() + "\"")
        .contains("\"ips\":[\"100.64.3.7/10\"]")
        .contains("\"groups\":[\"g-one\"]")
        .contains("\"name\":\"i.1\"");
  }

  @Test
  void loadOrCreate_writesItsKeyForItsOwnerOnly() throws IOException {
    NebulaAuthority.loadOrCreate(folder.resolve("new"), NOW);

    Path key = folder.resolve("new").resolve(NebulaAuthority.KEY);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
  }

  @Test
  void loadOrCreate_damagedKey_saysWhatToDo() throws IOException {
    NebulaAuthority.loadOrCreate(folder, NOW);
    Files.writeString(folder.resolve(NebulaAuthority.KEY), "nonsense");

    assertThatThrownBy(() -> NebulaAuthority.loadOrCreate(folder, NOW))
        .isInstanceOf(ZansocException.class)
        .hasMessageContaining("restore ca.key and ca.crt from a copy");
  }

  @Test
  void validity_halfOver_isAging() {
    Validity validity = new Validity(NOW, NOW.plusSeconds(100));

    assertThat(validity.isAging(NOW.plusSeconds(49))).isFalse();
    assertThat(validity.isAging(NOW.plusSeconds(51))).isTrue();
  }

  private static NebulaCertificate sign(NebulaAuthority authority, Validity validity) {
    return authority.sign("i.1", ADDRESS, List.of("g-one"), validity);
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.strip();
  }
}
