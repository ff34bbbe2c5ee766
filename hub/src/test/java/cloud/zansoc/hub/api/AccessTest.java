package cloud.zansoc.hub.api;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.hub.Registrations;
import cloud.zansoc.hub.RunningHub;
import cloud.zansoc.net.http.ApiAnswer;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route with every kind of caller: who is let through, and who is turned away. */
final class AccessTest {
  private enum Kind {
    STRANGER,
    CLIENT,
    OTHER_HOST,
    THE_HOST,
    OPERATOR,
    LEFT_HOST
  }

  /**
   * Route, then who may: S stranger, C client, O other host, H the host named, P operator, L left
   * host.
   */
  private static final List<String> TABLE =
      List.of(
          "GET /v1/hub SCOHPL",
          "GET /v1/openapi.json SCOHPL",
          "GET /metrics SCOHPL",
          "POST /v1/clients SCOHPL",
          "POST /v1/hosts SCOHPL",
          "GET /v1/measure/down SCOHPL",
          "POST /v1/measure/up SCOHPL",
          "GET /v1/whoami COHP",
          "GET /v1/nodes COHP",
          "GET /v1/nodes/{node} COHP",
          "GET /v1/totals COHP",
          "POST /v1/nodes/{node}/pause HP",
          "POST /v1/nodes/{node}/clear HP",
          "POST /v1/nodes/{node}/resume HP",
          "POST /v1/nodes/{node}/drain HP",
          "POST /v1/nodes/{node}/leave HP",
          "POST /v1/damage OH",
          "GET /v1/tokens P",
          "POST /v1/tokens P",
          "DELETE /v1/tokens/{token} P",
          "GET /v1/ssh COHP",
          "GET /v1/keys CP",
          "POST /v1/keys CP",
          "DELETE /v1/keys CP",
          "POST /v1/deployments/plan CP",
          "GET /v1/deployments CP",
          "POST /v1/deployments CP",
          "GET /v1/deployments/{deployment} CP",
          "GET /v1/deployments/{deployment}/bill CP",
          "DELETE /v1/deployments/{deployment} CP",
          "POST /v1/deployments/{deployment}/scale CP",
          "GET /v1/instances CP",
          "GET /v1/instances/{instance} CP",
          "POST /v1/instances/{instance}/stop CP",
          "POST /v1/instances/{instance}/start CP",
          "POST /v1/instances/{instance}/restart CP",
          "POST /v1/instances/{instance}/resize CP",
          "DELETE /v1/instances/{instance} CP",
          "GET /v1/instances/{instance}/logs CP",
          "GET /v1/instances/{instance}/stats CP",
          "GET /v1/instances/{instance}/files CP",
          "POST /v1/instances/{instance}/files CP",
          "GET /v1/buckets CP",
          "POST /v1/buckets CP",
          "GET /v1/buckets/{bucket} CP",
          "DELETE /v1/buckets/{bucket} CP",
          "GET /v1/buckets/{bucket}/objects CP",
          "GET /v1/buckets/{bucket}/versions CP",
          "GET /v1/buckets/{bucket}/object CP",
          "DELETE /v1/buckets/{bucket}/object CP",
          "POST /v1/buckets/{bucket}/move CP",
          "GET /v1/buckets/{bucket}/health CP",
          "POST /v1/segments/reserve CP",
          "GET /v1/segments/reservations/{shard} CP",
          "DELETE /v1/segments/reservations/{shard} CP",
          "POST /v1/segments/download SCOHPL",
          "GET /v1/ledger COHPL",
          "GET /v1/ledger/books P",
          "GET /v1/ledger/outbox P",
          "POST /v1/ledger/reconcile P",
          "POST /v1/commit CP",
          "GET /v1/shares CP",
          "POST /v1/shares CP",
          "GET /v1/shares/{share} SCOHPL",
          "DELETE /v1/shares/{share} CP",
          "GET /v1/volumes CP",
          "POST /v1/volumes CP",
          "GET /v1/volumes/{volume} CP",
          "DELETE /v1/volumes/{volume} CP",
          "POST /v1/volumes/{volume}/snapshot CP",
          "DELETE /v1/volumes/{volume}/snapshots/{snapshot} CP",
          "POST /v1/volumes/{volume}/restore CP",
          "GET /v1/volumes/{volume}/generations/{generation} OH",
          "POST /v1/volumes/{volume}/generations/{generation}/snapshots OH",
          "POST /v1/volumes/{volume}/generations/{generation}/safe OH",
          "GET /v1/volumes/{volume}/generations/{generation}/buckets/{bucket} OH",
          "GET /v1/volumes/{volume}/generations/{generation}/buckets/{bucket}/objects OH",
          "GET /v1/volumes/{volume}/generations/{generation}/buckets/{bucket}/object OH",
          "DELETE /v1/volumes/{volume}/generations/{generation}/buckets/{bucket}/object OH",
          "POST /v1/volumes/{volume}/generations/{generation}/segments/reserve OH",
          "GET /v1/volumes/{volume}/generations/{generation}/segments/reservations/{shard} OH",
          "DELETE /v1/volumes/{volume}/generations/{generation}/segments/reservations/{shard} OH",
          "POST /v1/volumes/{volume}/generations/{generation}/segments/download OH",
          "POST /v1/volumes/{volume}/generations/{generation}/commit OH");

  @TempDir private Path folder;

  @Test
  void everyRoute_everyCaller_asInTheTable() {
    try (RunningHub running = new RunningHub(folder)) {
      Identity theHost = RunningHub.stranger();
      running.newHost(theHost, "the-host");
      Identity otherHost = RunningHub.stranger();
      running.newHost(otherHost, "other-host");
      Map<Kind, ApiClient> callers = new EnumMap<>(Kind.class);
      callers.put(Kind.STRANGER, running.as(RunningHub.stranger()));
      callers.put(Kind.CLIENT, running.newClient());
      callers.put(Kind.OTHER_HOST, running.as(otherHost));
      callers.put(Kind.THE_HOST, running.as(theHost));
      callers.put(Kind.OPERATOR, running.operator());
      callers.put(Kind.LEFT_HOST, left(running));

      List<String> wrong = new ArrayList<>();
      // What ends the host comes last, so that it is there for the rest.
      List<String> rows = new ArrayList<>(TABLE);
      rows.sort((a, b) -> Boolean.compare(a.contains("/leave"), b.contains("/leave")));
      for (String row : rows) {
        String[] parts = row.split(" ", -1);
        callers.forEach((kind, api) -> {
          boolean expected = parts[2].indexOf(letter(kind)) >= 0;
          ApiAnswer answer = api.send(call(parts[0], parts[1]));
          boolean passed = answer.isOk() || !isTurnedAway(answer, kind);
          if (expected != passed) {
            wrong.add(row + ": " + kind + " got " + answer.status());
          }
        });
      }
      assertThat(wrong).isEmpty();
    }
  }

  private static char letter(Kind kind) {
    return switch (kind) {
      case STRANGER -> 'S';
      case CLIENT -> 'C';
      case OTHER_HOST -> 'O';
      case THE_HOST -> 'H';
      case OPERATOR -> 'P';
      case LEFT_HOST -> 'L';
    };
  }

  private static ApiClient left(RunningHub running) {
    Identity host = RunningHub.stranger();
    running.newHost(host, "left-host");
    ApiClient api = running.as(host);
    api.send(ApiCall.post("/v1/nodes/left-host/leave"));
    return api;
  }

  /** Turned away at the gate, rather than later for what the request says. */
  private static boolean isTurnedAway(ApiAnswer answer, Kind kind) {
    String message = answer.error().message();
    return (kind == Kind.STRANGER || kind == Kind.LEFT_HOST)
        ? answer.status() == 401 && message.contains("does not know")
        : answer.status() == 403 && message.contains(" is for: ");
  }

  private static ApiCall call(String method, String template) {
    String path =
        template
            .replace("{node}", "the-host")
            .replace("{token}", "none")
            .replace("{bucket}", "none")
            .replace("{volume}", "none")
            .replace("{generation}", "1")
            .replace("{snapshot}", "1")
            .replace("{shard}", "a".repeat(26))
            .replace("{instance}", "none")
            .replace("{deployment}", "none")
            .replace("{share}", "none");
    ApiCall call =
        switch (method) {
          case "GET" -> ApiCall.get(path);
          case "DELETE" -> ApiCall.delete(path);
          default -> ApiCall.post(path).body(Map.of());
        };
    return call.query("key", "k").query("bytes", 1);
  }

  @Test
  void leave_hostNamedLikeAnothersId_doesNotReachTheOther() {
    try (RunningHub running = new RunningHub(folder)) {
      Identity victim = RunningHub.stranger();
      running.newHost(victim, "victim");
      Identity impostor = RunningHub.stranger();
      ApiClient api = running.as(impostor);
      String token = running.token(Role.HOST, Optional.empty()).text();

      ApiAnswer joined =
          api.send(
              ApiCall.post("/v1/hosts")
                  .body(Registrations.host(impostor, token, victim.id().toString())));
      ApiAnswer left = api.send(ApiCall.post("/v1/nodes/" + victim.id() + "/leave"));

      assertThat(joined.error().name()).isEqualTo("INVALID_NAME");
      assertThat(left.isOk()).isFalse();
      NodeView node =
          running.operator().call(ApiCall.get("/v1/nodes/" + victim.id()), NodeView.class);
      assertThat(node.name()).isEqualTo("victim");
      assertThat(node.state()).isNotEqualTo(NodeView.State.LEFT);
    }
  }

  @Test
  void table_routes_areAllOfThem() {
    assertThat(TABLE.stream().map(row -> row.substring(0, row.lastIndexOf(' '))))
        .containsExactlyInAnyOrderElementsOf(ApiFixture.routeNames());
  }
}
