package cloud.zansoc.hub.endpoint;

import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.PortSpec;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.hub.Deployment;
import cloud.zansoc.net.endpoint.EndpointServer;
import cloud.zansoc.net.identity.ServerCertificate;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where HTTP is listened for, and what that makes of addresses. Thread-safe. */
final class EndpointDoors {
  private static final int USUAL_HTTP = 80;
  private static final int USUAL_HTTPS = 443;

  private final EndpointSettings settings;
  private final HubEndpoints.Site site;
  private final EndpointServer server;
  private final Optional<CertificateFiles> certificate;
  private final Optional<Integer> httpPort;
  private final Optional<Integer> httpsPort;

  EndpointDoors(EndpointSettings settings, HubEndpoints.Site site, EndpointServer server) {
    this.settings = settings;
    this.site = site;
    this.server = server;
    KeptPorts kept = new KeptPorts(site.dataFolder());
    this.httpPort =
        settings
            .httpPort()
            .map(port ->
                kept.open(
                    "http",
                    port,
                    EndpointSettings.HTTP_PORT,
                    any -> server.listenHttp(address(any)).getPort()));
    this.certificate =
        settings
            .httpsPort()
            .map(port -> CertificateFiles.of(settings.certificate(), site.dataFolder(), names()));
    this.httpsPort =
        settings
            .httpsPort()
            .map(port -> kept.open("https", port, EndpointSettings.HTTPS_PORT, this::listenHttps));
  }

  private InetSocketAddress address(int port) {
    return new InetSocketAddress(site.bind(), port);
  }

  private int listenHttps(int port) {
    ServerCertificate first = certificate.orElseThrow().read();
    return server.listenHttps(address(port), first.key(), first.chain()).getPort();
  }

  /** The names that a certificate of the hub's own is for. */
  private List<String> names() {
    List<String> names = new ArrayList<>(List.of(site.host()));
    settings
        .domain()
        .ifPresent(domain -> {
          names.add(domain);
          names.add("*." + domain);
        });
    return names;
  }

  String bind() {
    return site.bind();
  }

  Optional<Integer> httpPort() {
    return httpPort;
  }

  Optional<Integer> httpsPort() {
    return httpsPort;
  }

  /** Takes the certificate anew, if its files have changed. */
  void renewCertificate() {
    certificate
        .flatMap(CertificateFiles::changed)
        .ifPresent(changed -> server.useCertificate(changed.key(), changed.chain()));
  }

  /**
   * The addresses of a deployment: of ports of HTTP the one with a name of its own, where there is
   * a domain, and one by path.
   */
  List<DeploymentView.Endpoint> addresses(Deployment deployment, Reservation reserved) {
    List<DeploymentView.Endpoint> addresses = new ArrayList<>();
    List<PublicNames.Named> named = PublicNames.of(deployment.spec());
    for (ServiceSpec service : deployment.spec().services()) {
      for (PortSpec port : service.ports()) {
        List<String> texts =
            switch (port.protocol()) {
              case HTTP ->
                  named.stream()
                      .filter(its -> its.service().equals(service.name()))
                      .filter(its -> its.port() == port.port())
                      .findFirst()
                      .map(its -> http(deployment, reserved.label(), its.name()))
                      .orElse(List.of());
              case TCP ->
                  reserved
                      .publicPort(service.name(), port.port())
                      .map(its -> List.of(site.host() + ":" + its))
                      .orElse(List.of());
            };
        texts.forEach(text ->
            addresses.add(
                new DeploymentView.Endpoint(service.name(), port.port(), port.protocol(), text)));
      }
    }
    return addresses;
  }

  private List<String> http(Deployment deployment, String label, String name) {
    List<String> texts = new ArrayList<>();
    settings.domain().flatMap(domain -> named(name, label, domain)).ifPresent(texts::add);
    base(site.host())
        .map(base -> base + PublicNames.path(deployment, name) + "/")
        .ifPresent(texts::add);
    return texts;
  }

  /** HTTPS where somebody vouches for the certificate, which covers one label only. */
  private Optional<String> named(String name, String label, String domain) {
    Optional<String> joined = PublicNames.joinedHost(name, label, domain);
    if (isVouched() && joined.isPresent()) {
      return base(joined.get());
    }
    return base(PublicNames.host(name, label, domain));
  }

  private boolean isVouched() {
    return httpsPort.isPresent() && settings.certificate().isPresent();
  }

  private Optional<String> base(String host) {
    Optional<String> http =
        httpPort.map(port -> "http://" + host + (port == USUAL_HTTP ? "" : ":" + port));
    Optional<String> https =
        httpsPort.map(port -> "https://" + host + (port == USUAL_HTTPS ? "" : ":" + port));
    return isVouched() ? https : http.or(() -> https);
  }
}
