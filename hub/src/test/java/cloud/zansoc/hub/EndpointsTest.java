package cloud.zansoc.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentRequest;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.api.PortSpec;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.ScaleRequest;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.api.ServiceSpec.Spread;
import cloud.zansoc.compute.client.ComputeHub;
import cloud.zansoc.compute.engine.Await;
import cloud.zansoc.compute.engine.MemoryEngine;
import cloud.zansoc.compute.engine.Specs;
import cloud.zansoc.compute.hub.ComputeSettings;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.ServerCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the hub publishes of deployments on hosts with an engine in memory. */
final class EndpointsTest {
  private static final String WEB_HOST = "web.shop.localhost";
  private static final PortSpec HTTP = new PortSpec(80, PortSpec.Protocol.HTTP, Optional.empty());
  private static final PortSpec TCP = new PortSpec(80, PortSpec.Protocol.TCP, Optional.empty());

  @TempDir private Path folder;
  private final Map<String, ComputingHost> hosts = new HashMap<>();
  private final int peerPort = freePort();
  private Optional<RunningHub> running = Optional.empty();

  @AfterEach
  void close() {
    hosts.values().forEach(ComputingHost::close);
    running.ifPresent(RunningHub::close);
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A hub that gives silent hosts up soon. */
  private RunningHub hub() {
    ComputeSettings patient = ComputeSettings.DEFAULT;
    RunningHub started =
        new RunningHub(
            RunningHub.configuration(
                folder.resolve("hub"),
                new HubConfiguration.Listening(
                    "127.0.0.1", 0, peerPort, Optional.empty(), Optional.empty()),
                new ComputeSettings(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    patient.gathering(),
                    patient.runway(),
                    patient.keep(),
                    patient.patience(),
                    patient.preparing(),
                    patient.avoidance())));
    running = Optional.of(started);
    return started;
  }

  private void startHosts(RunningHub hub, int count) {
    for (int number = 1; number <= count; number++) {
      String name = "attic-" + number;
      hosts.put(name, new ComputingHost(hub, folder.resolve(name), name));
    }
  }

  private static ServiceSpec web(int replicas, PortSpec... ports) {
    return new ServiceSpec(
        "web",
        MemoryEngine.IMAGE,
        List.of("http-server", "80", "200"),
        Map.of(),
        Map.of(),
        Specs.SIZE,
        replicas,
        Spread.HOSTS,
        Map.of(),
        List.of(),
        List.of(ports),
        RestartPolicy.ALWAYS,
        Optional.empty());
  }

  private static DeploymentSpec shop(String name, ServiceSpec service) {
    return new DeploymentSpec(name, List.of(service), false, Optional.empty(), Optional.empty());
  }

  private static DeploymentView deploy(ComputeHub api, DeploymentSpec spec) {
    Await.until("hosts for " + spec.name(), () -> api.plan(spec).obstacle(), Optional::isEmpty);
    api.deploy(new DeploymentRequest(spec, Optional.empty()));
    return awaitReady(api, spec.name());
  }

  private static DeploymentView awaitReady(ComputeHub api, String name) {
    return Await.until(
        name + " that runs",
        () -> api.deployment(name),
        view -> view.state() == DeploymentView.State.RUNNING);
  }

  /** An answer: its first line and headers, and its body. */
  private record Answer(String head, String body) {
    boolean isOk() {
      return head.startsWith("HTTP/1.1 200");
    }
  }

  private static Answer get(int port, String host, String path) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(path, host)
                  .getBytes(UTF_8));
      String all = new String(socket.getInputStream().readAllBytes(), UTF_8);
      int end = all.indexOf("\r\n\r\n");
      return end < 0
          ? new Answer(all, "")
          : new Answer(all.substring(0, end), all.substring(end + 4));
    } catch (IOException e) {
      return new Answer(String.valueOf(e.getMessage()), "");
    }
  }

  private static int httpPort(RunningHub hub) {
    return hub.hub().endpoints().httpPort().orElseThrow();
  }

  /** Asks until every one of these has answered. */
  private static void awaitAnswersOf(int port, String host, String path, String... instances) {
    Set<String> seen = new HashSet<>();
    Await.until(
        "answers of " + List.of(instances),
        () -> {
          Answer answer = get(port, host, path);
          if (answer.isOk()) {
            seen.add(answer.body());
          }
          return seen;
        },
        all -> all.equals(Set.of(instances)));
  }

  private static Map<String, String> byAddress(DeploymentView view) {
    return view.endpoints().stream()
        .collect(
            Collectors.toMap(
                DeploymentView.Endpoint::address,
                endpoint -> endpoint.service() + ":" + endpoint.port()));
  }

  private static int publicPort(DeploymentView view) {
    return view.endpoints().stream()
        .filter(endpoint -> endpoint.protocol() == PortSpec.Protocol.TCP)
        .map(endpoint -> endpoint.address().substring(endpoint.address().lastIndexOf(':') + 1))
        .map(Integer::parseInt)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void http_ofAllReplicas_isReachedByNameAndByPath() {
    RunningHub hub = hub();
    ComputeHub api = new ComputeHub(hub.newClient());
    startHosts(hub, 3);

    DeploymentView view = deploy(api, shop("shop", web(3, HTTP)));

    int port = httpPort(hub);
    assertThat(byAddress(view))
        .hasSize(2)
        .containsEntry("http://%s:%d".formatted(WEB_HOST, port), "web:80");
    awaitAnswersOf(port, WEB_HOST, "/", "web-1", "web-2", "web-3");
    awaitAnswersOf(port, "web--shop.localhost", "/", "web-1", "web-2", "web-3");
    String path =
        view.endpoints().stream()
            .map(DeploymentView.Endpoint::address)
            .filter(address -> address.endsWith("/shop/web/"))
            .map(address -> address.replaceFirst("http://127.0.0.1:[0-9]+", ""))
            .findFirst()
            .orElseThrow();
    awaitAnswersOf(port, "127.0.0.1", path, "web-1", "web-2", "web-3");
  }

  @Test
  void host_thatIsKilled_losesNoRequestAndIsReplaced() {
    RunningHub hub = hub();
    ComputeHub api = new ComputeHub(hub.newClient());
    startHosts(hub, 3);
    DeploymentView view = deploy(api, shop("shop", web(2, HTTP)));
    int port = httpPort(hub);
    awaitAnswersOf(port, WEB_HOST, "/", "web-1", "web-2");
    InstanceView first = view.instances().getFirst();
    String dead = first.place().orElseThrow().hostName();

    Objects.requireNonNull(hosts.get(dead)).kill();

    List<Answer> failed = new ArrayList<>();
    Await.until(
        "a replacement on another host",
        () -> {
          Answer answer = get(port, WEB_HOST, "/");
          if (!answer.isOk()) {
            failed.add(answer);
          }
          return api.deployment("shop");
        },
        now ->
            now.instances().stream()
                .allMatch(
                    its -> its.isReady() && !its.place().orElseThrow().hostName().equals(dead)));
    awaitAnswersOf(port, WEB_HOST, "/", "web-1", "web-2");
    assertThat(failed).isEmpty();
  }

  @Test
  void scaledToNothing_sendsAwayForAWhile_andServesAgain() {
    RunningHub hub = hub();
    ComputeHub api = new ComputeHub(hub.newClient());
    startHosts(hub, 1);
    deploy(api, shop("shop", web(1, HTTP, TCP)));
    int port = httpPort(hub);
    int publicPort = publicPort(api.deployment("shop"));
    awaitAnswersOf(port, WEB_HOST, "/", "web-1");
    awaitAnswersOf(publicPort, "any", "/", "web-1");

    api.scale("shop", new ScaleRequest("web", 0));

    Answer refusal =
        Await.until(
            "nobody", () -> get(port, WEB_HOST, "/"), answer -> answer.head().contains("503"));
    assertThat(refusal.head()).containsIgnoringCase("retry-after: 1");
    assertThat(refusal.body()).isEqualTo("no replica of web.shop runs now\n");
    assertThat(get(publicPort, "any", "/").body()).isEmpty();
    assertThat(get(port, "nothing.localhost", "/").head()).contains("404");

    api.scale("shop", new ScaleRequest("web", 1));
    awaitAnswersOf(port, WEB_HOST, "/", "web-1");
    awaitAnswersOf(publicPort, "any", "/", "web-1");
  }

  @Test
  void tcpPort_ofADeployment_staysUntilItIsRemoved() {
    RunningHub hub = hub();
    ApiClient client = hub.newClient();
    ComputeHub api = new ComputeHub(client);
    startHosts(hub, 1);
    int drawn = publicPort(deploy(api, shop("shop", web(1, TCP))));
    assertThat(drawn).isBetween(21_000, 21_999);
    awaitAnswersOf(drawn, "any", "/", "web-1");
    PortSpec same = new PortSpec(80, PortSpec.Protocol.TCP, Optional.of(drawn));
    DeploymentSpec other = shop("other", web(1, same));

    DeploymentPlan.Obstacle obstacle = api.plan(other).obstacle().orElseThrow();
    assertThat(obstacle.constraint()).isEqualTo(DeploymentPlan.Constraint.PORTS);
    assertThat(obstacle.message())
        .startsWith(
            "port 80 of web cannot be published: port %d of this hub is taken".formatted(drawn));
    assertThatThrownBy(() -> api.deploy(new DeploymentRequest(other, Optional.empty())))
        .hasMessageContaining("port %d of this hub is taken".formatted(drawn));
    assertThat(api.deployments()).hasSize(1);

    api.remove("shop");
    Await.until("the port", () -> api.plan(other).obstacle(), Optional::isEmpty);
    assertThat(publicPort(deploy(api, other))).isEqualTo(drawn);
    awaitAnswersOf(drawn, "any", "/", "web-1");
  }

  @Test
  void hub_thatIsStartedAgain_hasTheSameAddresses() {
    RunningHub before = hub();
    ComputeHub api = new ComputeHub(before.operator());
    startHosts(before, 1);
    DeploymentView view = deploy(api, shop("shop", web(1, HTTP, TCP)));
    int port = httpPort(before);
    awaitAnswersOf(port, WEB_HOST, "/", "web-1");

    before.close();
    RunningHub after = hub();
    ComputeHub again = new ComputeHub(after.operator());

    assertThat(again.deployment("shop").endpoints()).isEqualTo(view.endpoints());
    assertThat(view.endpoints())
        .anyMatch(
            its -> its.address().equals("http://127.0.0.1:%d/operator/shop/web/".formatted(port)));
    awaitAnswersOf(port, WEB_HOST, "/", "web-1");
    awaitAnswersOf(port, "any", "/operator/shop/web/", "web-1");
    awaitAnswersOf(publicPort(view), "any", "/", "web-1");
  }

  @Test
  void certificate_thatIsReplaced_isTheOneShown() throws Exception {
    RunningHub hub = hub();
    Path data = folder.resolve("hub");
    Path certificate = data.resolve("endpoint-certificate.pem");
    Path key = data.resolve("endpoint-key.pem");
    int port = hub.hub().endpoints().httpsPort().orElseThrow();
    URI uri = URI.create("https://localhost:%d/nothing".formatted(port));
    SSLContext before = trusting(certificate);
    assertThat(status(before, uri)).isEqualTo(404);

    Path newKey = folder.resolve("new-key.pem");
    Path newCertificate = folder.resolve("new.pem");
    ServerCertificate.makeMissing(
        newCertificate, newKey, List.of("localhost", "new.example"), Instant.now());
    Files.copy(newKey, key, StandardCopyOption.REPLACE_EXISTING);
    hub.hub().endpoints().look(); // Half of it: the certificate that there was stays.
    assertThat(status(before, uri)).isEqualTo(404);
    Files.copy(newCertificate, certificate, StandardCopyOption.REPLACE_EXISTING);
    hub.hub().endpoints().look();

    assertThat(status(trusting(certificate), uri)).isEqualTo(404);
    assertThatThrownBy(() -> status(before, uri)).isInstanceOf(SSLException.class);
  }

  /** Trusts this certificate alone, and checks names. */
  private static SSLContext trusting(Path certificate) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "hub", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static int status(SSLContext trust, URI uri) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Test
  void port_thatThisHubDoesNotHave_isRefused() {
    RunningHub hub = hub();
    ComputeHub api = new ComputeHub(hub.newClient());
    PortSpec elsewhere = new PortSpec(80, PortSpec.Protocol.TCP, Optional.of(443));
    PortSpec twice = new PortSpec(80, PortSpec.Protocol.TCP, Optional.of(21_500));
    PortSpec asWell = new PortSpec(81, PortSpec.Protocol.TCP, Optional.of(21_500));

    assertThat(api.plan(shop("a", web(1, elsewhere))).obstacle().orElseThrow().message())
        .isEqualTo(
            "port 80 of web cannot be published: 443 is not one of this hub's ports, 21000-21999");
    assertThat(api.plan(shop("a", web(1, twice, asWell))).obstacle().orElseThrow().message())
        .isEqualTo("port 81 of web cannot be published: 21500 is asked for twice");
  }
}
