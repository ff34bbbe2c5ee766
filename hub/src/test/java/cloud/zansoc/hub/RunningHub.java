package cloud.zansoc.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.compute.hub.ComputeSettings;
import cloud.zansoc.hub.endpoint.EndpointSettings;
import cloud.zansoc.hub.registry.HostTimeouts;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.http.HttpLimits;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.AdmissionRules;
import cloud.zansoc.net.node.ClientRegistration;
import cloud.zansoc.net.node.NewToken;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenRequest;
import cloud.zansoc.net.node.WhoAmI;
import cloud.zansoc.storage.hub.RepairSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A hub on free ports of loopback, and clients of it. Closes both. */
public final class RunningHub implements AutoCloseable {
  private static final ApiClient.Patience PATIENCE =
      new ApiClient.Patience(
          Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(20));

  private static final EndpointSettings ENDPOINTS =
      new EndpointSettings(
          Optional.of(0),
          Optional.of(0),
          Optional.of("localhost"),
          Optional.of(new EndpointSettings.PortRange(21_000, 21_999)),
          Optional.empty());

  private final Hub hub;
  private final List<ApiClient> clients = new ArrayList<>();

  /** A hub over {@code dataFolder}. */
  public RunningHub(Path dataFolder) {
    this(configuration(dataFolder, 0));
  }

  /** A hub of one's own configuration. */
  public RunningHub(HubConfiguration configuration) {
    this.hub = Hub.start(configuration);
  }

  /** The usual configuration for tests, with the API on {@code apiPort}. */
  public static HubConfiguration configuration(Path dataFolder, int apiPort) {
    return configuration(
        dataFolder,
        new HubConfiguration.Listening("127.0.0.1", apiPort, 0, Optional.of(0), Optional.empty()),
        ComputeSettings.DEFAULT);
  }

  /** The same that listens elsewhere, and keeps deployments otherwise. */
  static HubConfiguration configuration(
      Path dataFolder, HubConfiguration.Listening listening, ComputeSettings computing) {
    return new HubConfiguration(
        dataFolder,
        listening,
        Optional.empty(),
        AdmissionRules.DEFAULT,
        new HostTimeouts(Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofMinutes(1)),
        new HubConfiguration.Membership(Optional.of(ByteSize.parse("1GB")), Duration.ofHours(1)),
        RepairSettings.DEFAULT,
        HttpLimits.DEFAULT,
        Optional.empty(),
        new NetworkSettings(Optional.empty(), Map.of()),
        computing,
        ENDPOINTS);
  }

  /** The hub. */
  public Hub hub() {
    return hub;
  }

  /** A client of the API that shows {@code identity}. */
  public ApiClient as(Identity identity) {
    ApiClient client =
        new ApiClient(identity, hub.id(), new HostAddress("127.0.0.1", hub.apiPort()), PATIENCE);
    clients.add(client);
    return client;
  }

  /** The API as the operator. */
  public ApiClient operator() {
    return as(hub.operator());
  }

  /** A peer that the hub does not know. */
  public static Identity stranger() {
    return Identity.create(new SecureRandom());
  }

  /** The text of a new token. */
  public NewToken token(Role role, Optional<Integer> uses) {
    TokenRequest request = new TokenRequest(role, Optional.empty(), Optional.empty(), uses, "test");
    return operator().call(ApiCall.post("/v1/tokens").body(request), NewToken.class);
  }

  /** A new client. */
  public ApiClient newClient() {
    Identity identity = stranger();
    ApiClient api = as(identity);
    String token = token(Role.CLIENT, Optional.empty()).text();
    api.call(
        ApiCall.post("/v1/clients")
            .body(new ClientRegistration(token, "laptop", identity.publicKey())),
        WhoAmI.class);
    return api;
  }

  /** Enrols {@code identity} as a host. */
  public NodeView newHost(Identity identity, String name) {
    String token = token(Role.HOST, Optional.empty()).text();
    return as(identity)
        .call(
            ApiCall.post("/v1/hosts").body(Registrations.host(identity, token, name)),
            NodeView.class);
  }

  @Override
  public void close() {
    clients.forEach(ApiClient::close);
    hub.close();
  }
}
