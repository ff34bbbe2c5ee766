package cloud.zansoc.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.ApiAnswer;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.AdmissionRefusal;
import cloud.zansoc.net.node.ClientRegistration;
import cloud.zansoc.net.node.HostRegistration;
import cloud.zansoc.net.node.HubView;
import cloud.zansoc.net.node.JoinToken;
import cloud.zansoc.net.node.MeasuredUpload;
import cloud.zansoc.net.node.NetworkTotals;
import cloud.zansoc.net.node.NewToken;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenRequest;
import cloud.zansoc.net.node.TokenView;
import cloud.zansoc.net.node.WhoAmI;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.NewBucket;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hub over HTTPS, from joining to restarting. */
final class HubTest {
  @TempDir private Path folder;
  private RunningHub running;

  @BeforeEach
  void start() {
    running = new RunningHub(folder);
  }

  @AfterEach
  void close() {
    running.close();
  }

  private static ApiCall join(Identity identity, String token) {
    return ApiCall.post("/v1/clients")
        .body(new ClientRegistration(token, "laptop", identity.publicKey()));
  }

  private static void assertFails(ApiAnswer answer, ErrorCode code) {
    assertThat(answer.error().name()).as(answer.error().message()).isEqualTo(code.name());
    assertThat(answer.status()).isEqualTo(code.httpStatus());
  }

  private ApiAnswer tryToJoin(String token) {
    Identity identity = RunningHub.stranger();
    return running.as(identity).send(join(identity, token));
  }

  @Test
  void hub_anybody_seesPortsClockAndRules() {
    HubView hub = running.as(RunningHub.stranger()).call(ApiCall.get("/v1/hub"), HubView.class);

    assertThat(hub.id()).isEqualTo(running.hub().id());
    assertThat(hub.peerAddress()).isEqualTo(new HostAddress("127.0.0.1", running.hub().peerPort()));
    assertThat(Duration.between(hub.time(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
    assertThat(hub.admission().vcpus()).isEqualTo(2);
  }

  @Test
  void clients_withToken_becomeTenantsOfTheirOwn() {
    ApiClient first = running.newClient();
    ApiClient second = running.newClient();

    WhoAmI me = first.call(ApiCall.get("/v1/whoami"), WhoAmI.class);
    WhoAmI other = second.call(ApiCall.get("/v1/whoami"), WhoAmI.class);

    assertThat(me.role()).isEqualTo(Role.CLIENT);
    assertThat(me.tenant()).isPresent().isNotEqualTo(other.tenant());
    assertThat(me.quota()).isPresent();
    assertThat(me.used().bytes()).isZero();
  }

  @Test
  void clients_tokenOfATenant_shareIt() {
    ApiClient first = running.newClient();
    Optional<String> tenant = first.call(ApiCall.get("/v1/whoami"), WhoAmI.class).tenant();
    TokenRequest request =
        new TokenRequest(Role.CLIENT, tenant, Optional.empty(), Optional.empty(), "");
    NewToken token =
        running.operator().call(ApiCall.post("/v1/tokens").body(request), NewToken.class);

    assertThat(tryToJoin(token.text()).as(WhoAmI.class).tenant()).isEqualTo(tenant);
  }

  @Test
  void join_wrongToken_isRefused() {
    String otherSecret = new JoinToken(running.hub().id(), new byte[16]).text();
    String otherHub =
        new JoinToken(RunningHub.stranger().id(), JoinToken.parse(otherSecret).secret()).text();

    assertFails(tryToJoin("x"), ErrorCode.TOKEN_INVALID);
    assertFails(tryToJoin(""), ErrorCode.TOKEN_INVALID);
    assertFails(tryToJoin(otherSecret), ErrorCode.TOKEN_INVALID);
    assertFails(tryToJoin(otherHub), ErrorCode.TOKEN_INVALID);
  }

  @Test
  void join_usedUpOrRevokedToken_isRefused() {
    NewToken once = running.token(Role.CLIENT, Optional.of(1));
    assertThat(tryToJoin(once.text()).status()).isEqualTo(201);
    assertFails(tryToJoin(once.text()), ErrorCode.TOKEN_USED_UP);

    NewToken revoked = running.token(Role.CLIENT, Optional.of(9));
    running.operator().run(ApiCall.delete("/v1/tokens/{token}", revoked.token().id()));
    assertFails(tryToJoin(revoked.text()), ErrorCode.TOKEN_REVOKED);
    assertFails(
        running.operator().send(ApiCall.delete("/v1/tokens/{token}", "none")), ErrorCode.NOT_FOUND);
  }

  @Test
  void join_hostsTokenForAClientAndBack_isRefused() {
    assertFails(tryToJoin(running.token(Role.HOST, Optional.empty()).text()), ErrorCode.FORBIDDEN);
    Identity host = RunningHub.stranger();
    String token = running.token(Role.CLIENT, Optional.empty()).text();

    assertFails(
        running.as(host).send(ApiCall.post("/v1/hosts").body(Registrations.host(host, token, "a"))),
        ErrorCode.FORBIDDEN);
  }

  @Test
  void join_keyOfAnother_isRefused() {
    Identity identity = RunningHub.stranger();
    String token = running.token(Role.CLIENT, Optional.empty()).text();

    assertFails(
        running.as(identity).send(join(RunningHub.stranger(), token)), ErrorCode.PEER_ID_MISMATCH);
  }

  @Test
  void tokens_oddRequests_areRefused() {
    ApiClient operator = running.operator();
    for (TokenRequest request :
        List.of(
            new TokenRequest(Role.CLIENT, Optional.empty(), Optional.of(0L), Optional.empty(), ""),
            new TokenRequest(
                Role.CLIENT, Optional.empty(), Optional.of(Long.MAX_VALUE), Optional.empty(), ""),
            new TokenRequest(Role.CLIENT, Optional.empty(), Optional.empty(), Optional.of(0), ""),
            new TokenRequest(
                Role.HOST, Optional.of("t"), Optional.empty(), Optional.empty(), ""))) {
      assertFails(
          operator.send(ApiCall.post("/v1/tokens").body(request)), ErrorCode.INVALID_ARGUMENT);
    }
    assertThat(operator.callList(ApiCall.get("/v1/tokens"), TokenView.class)).isEmpty();
  }

  @Test
  void database_stolen_revealsNoToken() throws IOException {
    NewToken token = running.token(Role.HOST, Optional.empty());
    byte[] secret = JoinToken.parse(token.text()).secret();
    String text = token.text().substring(token.text().indexOf('.') + 1);
    running.newHost(RunningHub.stranger(), "host-1");

    try (Stream<Path> files = Files.list(folder)) {
      List<Path> database =
          files.filter(file -> file.getFileName().toString().startsWith("hub.sqlite")).toList();
      assertThat(database).isNotEmpty();
      boolean digestIsThere = false;
      for (Path file : database) {
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(bytes)
            .doesNotContain(text)
            .doesNotContain(new String(secret, StandardCharsets.ISO_8859_1));
        digestIsThere |= bytes.contains(token.token().id());
      }
      assertThat(digestIsThere).as("the files looked at hold the token's row").isTrue();
    }
  }

  @Test
  void hosts_ordinaryMachine_becomesANodeThatIsOffline() {
    Identity host = RunningHub.stranger();

    NodeView node = running.newHost(host, "host-1");

    assertThat(node.id()).isEqualTo(host.id());
    assertThat(node.state()).isEqualTo(NodeView.State.OFFLINE);
    assertThat(node.externalIp()).isEqualTo("127.0.0.1");
    ApiClient client = running.newClient();
    assertThat(client.callList(ApiCall.get("/v1/nodes"), NodeView.class)).containsExactly(node);
    assertThat(client.call(ApiCall.get("/v1/nodes/{node}", "host-1"), NodeView.class))
        .isEqualTo(node);
    assertThat(client.call(ApiCall.get("/v1/nodes/{node}", host.id()), NodeView.class))
        .isEqualTo(node);
    assertFails(client.send(ApiCall.get("/v1/nodes/{node}", "none")), ErrorCode.NOT_FOUND);
    assertThat(client.call(ApiCall.get("/v1/totals"), NetworkTotals.class).nodes()).isEqualTo(1);
  }

  @Test
  void hosts_poorMachine_isRefusedWithRemediesAndKeepsTheTokensUse() {
    Identity host = RunningHub.stranger();
    NewToken token = running.token(Role.HOST, Optional.of(1));
    HostRegistration good = Registrations.host(host, token.text(), "host-1");
    HostRegistration poor =
        new HostRegistration(
            good.token(),
            good.publicKey(),
            good.name(),
            good.version(),
            good.address(),
            new cloud.zansoc.base.ByteSize(1),
            good.pricePerTbMonth(),
            good.labels(),
            good.machine());

    ApiAnswer answer = running.as(host).send(ApiCall.post("/v1/hosts").body(poor));

    assertFails(answer, ErrorCode.ADMISSION_REFUSED);
    AdmissionRefusal refusal = answer.detail(AdmissionRefusal.class).orElseThrow();
    assertThat(refusal.rows()).anyMatch(row -> !row.met() && row.remedy().contains("--capacity"));
    assertThat(running.as(host).send(ApiCall.post("/v1/hosts").body(good)).status()).isEqualTo(201);
  }

  @Test
  void hosts_badName_isRefused() {
    Identity host = RunningHub.stranger();
    String token = running.token(Role.HOST, Optional.empty()).text();
    for (String name : List.of("", "A", "a b", "-a", "a/b", "ü", "x".repeat(64))) {
      assertFails(
          running
              .as(host)
              .send(ApiCall.post("/v1/hosts").body(Registrations.host(host, token, name))),
          ErrorCode.INVALID_NAME);
    }
  }

  @Test
  void nodeActions_ofTheHost_changeItsStateUntilItLeaves() {
    Identity host = RunningHub.stranger();
    running.newHost(host, "host-1");
    ApiClient api = running.as(host);
    for (String action : List.of("pause", "clear", "resume", "drain", "resume")) {
      NodeView node =
          api.call(ApiCall.post("/v1/nodes/{node}/" + action, "host-1"), NodeView.class);
      assertThat(node.state()).isEqualTo(NodeView.State.OFFLINE);
    }

    NodeView cleared =
        api.call(
            ApiCall.post("/v1/nodes/{node}/clear", "host-1").query("grace", "1h"), NodeView.class);
    assertThat(cleared.reclaimed().orElseThrow()).isAfter(Instant.now().plusSeconds(3000));
    assertFails(
        api.send(ApiCall.post("/v1/nodes/{node}/clear", "host-1").query("grace", "99d")),
        ErrorCode.INVALID_ARGUMENT);
    assertThat(
            api.call(ApiCall.post("/v1/nodes/{node}/resume", "host-1"), NodeView.class).reclaimed())
        .isEmpty();

    NodeView left = api.call(ApiCall.post("/v1/nodes/{node}/leave", host.id()), NodeView.class);

    assertThat(left.state()).isEqualTo(NodeView.State.LEFT);
    assertFails(api.send(ApiCall.get("/v1/whoami")), ErrorCode.UNAUTHENTICATED);
    assertFails(
        running.operator().send(ApiCall.post("/v1/nodes/{node}/pause", "host-1")), ErrorCode.GONE);
    assertThat(running.operator().callList(ApiCall.get("/v1/nodes"), NodeView.class)).isEmpty();
  }

  @Test
  void measure_downAndUp_isBounded() throws IOException {
    ApiClient api = running.as(RunningHub.stranger());
    try (InputStream in = api.download(ApiCall.get("/v1/measure/down").query("bytes", 3_000_001))) {
      assertThat(in.readAllBytes()).hasSize(3_000_001);
    }
    MeasuredUpload up =
        api.upload(
                ApiCall.post("/v1/measure/up"),
                () -> new ByteArrayInputStream(new byte[2_000_003]),
                2_000_003)
            .as(MeasuredUpload.class);

    assertThat(up.bytes()).isEqualTo(2_000_003);
    assertThat(up.micros()).isPositive();
    for (String bytes : List.of("0", "-1", "67108865", "x", "")) {
      assertFails(
          api.send(ApiCall.get("/v1/measure/down").query("bytes", bytes)),
          ErrorCode.INVALID_ARGUMENT);
    }
  }

  @Test
  void metrics_onTheHubsMachine_countNodesAndRequests() {
    running.newHost(RunningHub.stranger(), "host-1");

    String text =
        new String(
            running.as(RunningHub.stranger()).send(ApiCall.get("/metrics")).okBody(),
            StandardCharsets.UTF_8);

    assertThat(text)
        .contains("zansoc_nodes{state=\"OFFLINE\"} 1.0")
        .contains("route=\"/v1/hosts\"")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void restart_sameFolder_keepsIdentityMembersHostsAndBuckets() {
    PeerId id = running.hub().id();
    Identity host = RunningHub.stranger();
    running.newHost(host, "host-1");
    running.as(host).run(ApiCall.post("/v1/nodes/{node}/pause", "host-1"));
    Identity client = RunningHub.stranger();
    String token = running.token(Role.CLIENT, Optional.of(1)).text();
    ApiClient api = running.as(client);
    api.run(join(client, token));
    BucketView bucket =
        api.call(
            ApiCall.post("/v1/buckets")
                .body(new NewBucket("photos", Optional.of(2), Optional.of(4))),
            BucketView.class);
    running.close();

    running = new RunningHub(folder);

    assertThat(running.hub().id()).isEqualTo(id);
    ApiClient again = running.as(client);
    assertThat(again.callList(ApiCall.get("/v1/buckets"), BucketView.class))
        .containsExactly(bucket);
    assertThat(running.as(host).call(ApiCall.get("/v1/whoami"), WhoAmI.class).role())
        .isEqualTo(Role.HOST);
    assertThat(running.operator().callList(ApiCall.get("/v1/nodes"), NodeView.class)).hasSize(1);
    assertFails(tryToJoin(token), ErrorCode.TOKEN_USED_UP);
  }

  @Test
  void start_folderInUse_isRefused() {
    assertThatThrownBy(() -> Hub.start(RunningHub.configuration(folder, 0)))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
  }
}
