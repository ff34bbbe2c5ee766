package cloud.zansoc.hub.endpoint;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.identity.ServerCertificate;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate of HTTPS in its files, read again when they change. Not thread-safe. */
final class CertificateFiles {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);
  private static final String OWN_CERTIFICATE = "endpoint-certificate.pem";
  private static final String OWN_KEY = "endpoint-key.pem";

  private final EndpointSettings.PemFiles files;
  private Optional<ServerCertificate> read = Optional.empty();
  private String refused = "";

  private CertificateFiles(EndpointSettings.PemFiles files) {
    this.files = files;
  }

  /** Those given; else the hub's own, which are made where they are missing or expire soon. */
  static CertificateFiles of(
      Optional<EndpointSettings.PemFiles> given, Path dataFolder, List<String> names) {
    EndpointSettings.PemFiles files =
        given.orElseGet(() -> {
          EndpointSettings.PemFiles own =
              new EndpointSettings.PemFiles(
                  dataFolder.resolve(OWN_CERTIFICATE), dataFolder.resolve(OWN_KEY));
          ServerCertificate.makeMissing(own.certificate(), own.key(), names, Instant.now());
          return own;
        });
    return new CertificateFiles(files);
  }

  /**
   * The certificate as it is now.
   *
   * @throws ZansocException INVALID_ARGUMENT where it cannot be used
   */
  ServerCertificate read() {
    ServerCertificate now = ServerCertificate.read(files.certificate(), files.key());
    read = Optional.of(now);
    return now;
  }

  /** The certificate, if it is another one than was read last; one that cannot be used is not. */
  synchronized Optional<ServerCertificate> changed() {
    Optional<ServerCertificate> before = read;
    try {
      ServerCertificate now = read();
      refused = "";
      if (before.filter(now::equals).isEmpty()) {
        LOG.info(
            "HTTPS has another certificate now, until {}", now.chain().getFirst().getNotAfter());
        return Optional.of(now);
      }
    } catch (ZansocException e) {
      // Half of a renewal is seen by whoever looks between its two files.
      if (!refused.equals(e.getMessage())) {
        LOG.warn("HTTPS keeps the certificate that it has: {}", e.getMessage());
        refused = String.valueOf(e.getMessage());
      }
    }
    return Optional.empty();
  }
}
