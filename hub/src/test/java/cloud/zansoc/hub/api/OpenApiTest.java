package cloud.zansoc.hub.api;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.hub.Registrations;
import cloud.zansoc.hub.RunningHub;
import cloud.zansoc.net.http.ApiAnswer;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenRequest;
import cloud.zansoc.storage.api.NewBucket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document says what the hub does. */
final class OpenApiTest {
  private static final Path KEPT = Path.of("..", "docs", "reference", "openapi.json");

  @TempDir private Path folder;

  @Test
  void document_kept_isTheOneServed() throws IOException {
    String served = ApiFixture.look(Api::documentText);
    if (Boolean.getBoolean("zansoc.write-openapi")) {
      Files.writeString(KEPT, served);
    }

    assertThat(Files.readString(KEPT))
        .as("run this test with -Dzansoc.write-openapi=true in surefire's argLine and look at it")
        .isEqualTo(served);
  }

  @Test
  void document_operations_areTheRoutes() {
    Map<?, ?> paths =
        (Map<?, ?>) ApiFixture.look(api -> api.document().getOrDefault("paths", Map.of()));
    List<String> operations = new ArrayList<>();
    paths.forEach((path, methods) ->
        ((Map<?, ?>) methods)
            .keySet()
            .forEach(
                method -> operations.add(method.toString().toUpperCase(Locale.ROOT) + " " + path)));

    assertThat(operations).containsExactlyInAnyOrderElementsOf(ApiFixture.routeNames());
  }

  @Test
  void answers_real_fitTheirSchemas() {
    try (RunningHub running = new RunningHub(folder)) {
      Identity host = RunningHub.stranger();
      running.newHost(host, "host-1");
      ApiClient operator = running.operator();
      SchemaCheck check =
          new SchemaCheck(
              (Map<?, ?>)
                  Json.read(operator.send(ApiCall.get("/v1/openapi.json")).body(), Map.class));
      TokenRequest token =
          new TokenRequest(Role.HOST, Optional.empty(), Optional.empty(), Optional.empty(), "n");
      NewBucket bucket = new NewBucket("photos", Optional.of(2), Optional.of(4));
      String join = running.token(Role.HOST, Optional.empty()).text();

      check.answer("GET", "/v1/hub", operator.send(ApiCall.get("/v1/hub")));
      check.answer("GET", "/v1/whoami", operator.send(ApiCall.get("/v1/whoami")));
      check.answer("GET", "/v1/whoami", running.as(host).send(ApiCall.get("/v1/whoami")));
      check.answer("POST", "/v1/tokens", operator.send(ApiCall.post("/v1/tokens").body(token)));
      check.answer("GET", "/v1/tokens", operator.send(ApiCall.get("/v1/tokens")));
      check.answer("GET", "/v1/nodes", operator.send(ApiCall.get("/v1/nodes")));
      check.answer(
          "GET", "/v1/nodes/{node}", operator.send(ApiCall.get("/v1/nodes/{node}", "host-1")));
      check.answer("GET", "/v1/totals", operator.send(ApiCall.get("/v1/totals")));
      check.answer("POST", "/v1/buckets", operator.send(ApiCall.post("/v1/buckets").body(bucket)));
      check.answer("GET", "/v1/buckets", operator.send(ApiCall.get("/v1/buckets")));
      check.answer(
          "GET",
          "/v1/buckets/{bucket}/objects",
          operator.send(ApiCall.get("/v1/buckets/{bucket}/objects", "photos")));
      check.answer("GET", "/v1/shares", operator.send(ApiCall.get("/v1/shares")));
      check.answer(
          "POST",
          "/v1/hosts",
          running
              .as(host)
              .send(ApiCall.post("/v1/hosts").body(Registrations.host(host, join, "host-1"))));
      check.answer(
          "GET", "/v1/nodes/{node}", operator.send(ApiCall.get("/v1/nodes/{node}", "none")));
      check.answer("POST", "/v1/commit", operator.send(ApiCall.post("/v1/commit").body(Map.of())));
    }
  }

  @Test
  void schemaCheck_wrongValues_areFound() {
    Map<?, ?> document = ApiFixture.look(Api::document);
    SchemaCheck check = new SchemaCheck((Map<?, ?>) Json.read(Json.write(document), Map.class));

    for (String body :
        List.of(
            "[]",
            "{}",
            "{\"token\":{},\"text\":\"x\"}",
            "{\"token\":null,\"text\":5}",
            "[{\"token\":1}]")) {
      ApiAnswer answer = new ApiAnswer(201, body.getBytes(StandardCharsets.UTF_8));
      assertThat(check.faults("POST", "/v1/tokens", answer)).as(body).isNotEmpty();
    }
  }
}
