package cloud.zansoc.net.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.Await;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.identity.PeerTls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The server and the client over real TLS on loopback. */
final class HttpServerTest {
  private static final int COUNTED = 3_000_000;
  private static final Identity SERVER = Identity.create(new SecureRandom());
  private static final Identity CLIENT = Identity.create(new SecureRandom());
  private static final ApiClient.Patience BRIEF =
      new ApiClient.Patience(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMillis(500));
  private static final List<String> SEEN = new CopyOnWriteArrayList<>();
  private static final HttpServer HTTP = start(0, HttpLimits.DEFAULT);
  private static final ApiClient API = client(SERVER.id(), HTTP.port());

  private record Echo(String text) {}

  private static HttpServer start(int port, HttpLimits limits) {
    Router router =
        new Router(
            List.of(
                new Route(
                    "GET",
                    "/who",
                    request -> Reply.ok(new Echo(request.peer().map(PeerId::toString).orElse("")))),
                new Route("POST", "/echo/{name}", 1000, HttpServerTest::echo),
                new Route(
                    "GET",
                    "/fail",
                    request -> {
                      throw new IllegalStateException("secret detail");
                    }),
                new Route(
                    "GET",
                    "/refuse",
                    request -> {
                      throw new ZansocException(ErrorCode.GONE, "it has gone");
                    }),
                new Route(
                    "GET",
                    "/broken",
                    request ->
                        Reply.stream(
                            "application/octet-stream",
                            -1,
                            out -> {
                              out.write(new byte[Integer.parseInt(request.requiredQuery("bytes"))]);
                              throw new IOException("the source broke");
                            })),
                new Route(
                    "POST",
                    "/count",
                    request -> {
                      try (InputStream body = request.bodyStream()) {
                        long bytes = body.transferTo(OutputStream.nullOutputStream());
                        return bytes == COUNTED ? Reply.empty() : Reply.ok(bytes);
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    }),
                new Route(
                    "GET",
                    "/stream",
                    request ->
                        Reply.stream(
                            "application/octet-stream",
                            1 << 20,
                            out -> {
                              for (int i = 0; i < 16; i++) {
                                out.write(new byte[1 << 16]);
                              }
                            }))));
    HttpServer server =
        new HttpServer(
            SERVER,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            new HttpServer.Service(
                router,
                CLIENT.id()::equals,
                limits,
                (method, template, status, nanos) -> {
                  SEEN.add(method + " " + template + " " + status);
                }));
    server.start();
    return server;
  }

  private static Reply echo(Request request) {
    String text = request.body(Echo.class).text();
    String more = request.query("more").orElse("-");
    return Reply.created(new Echo(request.path("name") + text + more));
  }

  private static ApiClient client(PeerId server, int port) {
    return new ApiClient(CLIENT, server, new HostAddress("127.0.0.1", port), BRIEF);
  }

  @AfterAll
  static void close() {
    API.close();
    HTTP.close();
  }

  private static void assertFails(ApiAnswer answer, int status, ErrorCode code) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.error().code()).isEqualTo(code.number());
    assertThat(answer.error().name()).isEqualTo(code.name());
  }

  @Test
  void request_clientCertificate_namesThePeer() {
    assertThat(API.call(ApiCall.get("/who"), Echo.class).text()).isEqualTo(CLIENT.id().toString());
  }

  @Test
  void request_noCertificate_isServedAsNobody() throws Exception {
    assertThat(raw("GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200")
        .contains("{\"text\":\"\"}");
  }

  @Test
  void request_oddText_arrivesUnchanged() {
    String odd = "a/b ?&=%+é\uD83D\uDE00";

    Echo echo =
        API.call(
            ApiCall.post("/echo/{name}", "né +").query("more", odd).body(new Echo(odd)),
            Echo.class);

    assertThat(echo.text()).isEqualTo("né +" + odd + odd);
  }

  @Test
  void request_otherServerThanPinned_isRefused() {
    try (ApiClient wrong = client(CLIENT.id(), HTTP.port())) {
      assertThatThrownBy(() -> wrong.send(ApiCall.get("/who")))
          .isInstanceOfSatisfying(
              ZansocException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.PEER_ID_MISMATCH));
    }
  }

  @Test
  void reply_zansocException_isItsError() {
    assertFails(API.send(ApiCall.get("/refuse")), 410, ErrorCode.GONE);
    assertThatThrownBy(() -> API.run(ApiCall.get("/refuse")))
        .isInstanceOf(ZansocException.class)
        .hasMessage("it has gone");
  }

  @Test
  void reply_streamThatBreaksOff_isNotTakenForTheWhole() {
    for (int bytes : new int[] {0, 10, 1 << 20}) {
      assertThatThrownBy(
              () -> {
                try (InputStream in = API.download(ApiCall.get("/broken").query("bytes", bytes))) {
                  in.readAllBytes();
                }
              })
          .isInstanceOfAny(IOException.class, ZansocException.class);
    }
  }

  @Test
  void pour_aStreamOfUnknownLength_arrivesWhole() {
    API.pour(ApiCall.post("/count"), new ByteArrayInputStream(new byte[COUNTED]));
    Await.until("the observer was told", () -> SEEN.contains("POST /count 204"));
    assertThatThrownBy(() -> API.pour(ApiCall.post("/refuse"), InputStream.nullInputStream()))
        .isInstanceOf(ZansocException.class);
  }

  @Test
  void reply_unexpectedException_isAnIncidentWithoutItsMessage() {
    ApiAnswer answer = API.send(ApiCall.get("/fail"));

    assertFails(answer, 500, ErrorCode.INTERNAL);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .containsPattern("incident [0-9a-f-]{36}")
        .doesNotContain("secret")
        .doesNotContain("Exception");
  }

  @Test
  void request_unknownPathOrMethod_isSaidSo() {
    assertFails(API.send(ApiCall.get("/nothing")), 404, ErrorCode.NOT_FOUND);
    assertFails(API.send(ApiCall.delete("/who")), 405, ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void request_malformedJson_isSaidSo() throws Exception {
    assertFails(
        API.upload(
            ApiCall.post("/echo/{name}", "x"),
            () -> new ByteArrayInputStream("{\"text\":".getBytes(StandardCharsets.UTF_8)),
            8),
        400,
        ErrorCode.INVALID_ARGUMENT);
    assertThat(API.send(ApiCall.post("/echo/{name}", "x").body(List.of())).error().message())
        .contains("Echo");
  }

  @Test
  void request_bodyTooLong_isRefused() {
    ApiCall long1 = ApiCall.post("/echo/{name}", "x").body(new Echo("y".repeat(2000)));

    assertFails(API.send(long1), 413, ErrorCode.TOO_LARGE);
  }

  @Test
  void request_bodyTooLongWithoutAnnouncement_isRefused() throws Exception {
    String chunk = "400\r\n" + "z".repeat(1024) + "\r\n";

    assertThat(
            raw(
                "POST /echo/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                    + "Connection: close\r\n\r\n"
                    + chunk
                    + chunk
                    + "0\r\n\r\n"))
        .startsWith("HTTP/1.1 413")
        .contains("TOO_LARGE");
  }

  @Test
  void request_headTooLong_isRefused() throws Exception {
    String head = "GET /who HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n";

    assertThat(raw(head)).startsWith("HTTP/1.1 431").contains("TOO_LARGE");
  }

  @Test
  void request_garbage_isRefused() throws Exception {
    assertThat(raw("\u0001\u0002 garbage\r\n\r\n")).startsWith("HTTP/1.1 400");
  }

  @Test
  void download_stream_isWhole() throws IOException {
    try (InputStream in = API.download(ApiCall.get("/stream"))) {
      assertThat(in.readAllBytes()).hasSize(1 << 20);
    }
  }

  @Test
  void observer_request_isToldTheTemplate() {
    API.send(ApiCall.get("/refuse"));

    // The observer hears of a request after its client has the answer.
    Await.until("the observer was told", () -> SEEN.contains("GET /refuse 410"));
    assertThat(SEEN).allMatch(seen -> !seen.contains("/echo/x"));
  }

  @Test
  void flood_ofAStranger_isLimitedWhileAKnownPeerIsNot() {
    HttpLimits limits = new HttpLimits(16 * 1024, 100, Duration.ofSeconds(10), 1000, 1);
    Identity stranger = Identity.create(new SecureRandom());
    try (HttpServer server = start(0, limits);
        ApiClient known = client(SERVER.id(), server.port());
        ApiClient flooding =
            new ApiClient(
                stranger, SERVER.id(), new HostAddress("127.0.0.1", server.port()), BRIEF)) {
      int refused = 0;
      for (int i = 0; i < 50; i++) {
        ApiAnswer answer = flooding.send(ApiCall.get("/who"));
        if (!answer.isOk()) {
          assertFails(answer, 429, ErrorCode.RATE_LIMITED);
          refused++;
        }
      }
      assertThat(refused).isGreaterThan(30);
      for (int i = 0; i < 50; i++) {
        assertThat(known.send(ApiCall.get("/who")).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void flood_ofAPatientClient_waitsAsItIsTold() throws InterruptedException {
    HttpLimits limits = new HttpLimits(16 * 1024, 100, Duration.ofSeconds(10), 10, 1);
    try (HttpServer server = start(0, limits);
        ApiClient patient =
            new ApiClient(
                CLIENT,
                SERVER.id(),
                new HostAddress("127.0.0.1", server.port()),
                ApiClient.Patience.LONG)) {
      long refused = refused();
      List<Integer> statuses = new CopyOnWriteArrayList<>();
      Thread[] threads = new Thread[8];
      for (int i = 0; i < threads.length; i++) {
        threads[i] =
            Thread.startVirtualThread(() -> {
              for (int j = 0; j < 8; j++) {
                statuses.add(
                    patient.send(ApiCall.post("/echo/{name}", "x").body(new Echo("t"))).status());
              }
            });
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(statuses).hasSize(64).containsOnly(201);
      assertThat(refused()).isGreaterThan(refused);
    }
  }

  private static long refused() {
    return SEEN.stream().filter(seen -> seen.endsWith(" 429")).count();
  }

  @Test
  void client_nobodyListens_saysWhatToDo() {
    int port;
    try (HttpServer gone = start(0, HttpLimits.DEFAULT)) {
      port = gone.port();
    }
    try (ApiClient api = client(SERVER.id(), port)) {
      assertThatThrownBy(() -> api.send(ApiCall.get("/who")))
          .isInstanceOfSatisfying(
              ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNREACHABLE))
          .hasMessageContaining("zansoc hub")
          .hasMessageContaining(Integer.toString(port));
    }
  }

  @Test
  void client_serverRestarts_requestSurvives() throws Exception {
    HttpServer first = start(0, HttpLimits.DEFAULT);
    int port = first.port();
    ApiClient.Patience patient =
        new ApiClient.Patience(
            Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofSeconds(30));
    try (ApiClient api =
        new ApiClient(CLIENT, SERVER.id(), new HostAddress("127.0.0.1", port), patient)) {
      api.run(ApiCall.get("/who"));
      first.close();
      AtomicReference<ApiAnswer> answer = new AtomicReference<>();
      CountDownLatch asking = new CountDownLatch(1);
      Thread waiting =
          Thread.ofVirtual()
              .start(() -> {
                asking.countDown();
                answer.set(api.send(ApiCall.get("/who")));
              });
      asking.await();
      try (HttpServer second = start(port, HttpLimits.DEFAULT)) {
        waiting.join();
        assertThat(answer.get().status()).isEqualTo(200);
        assertThat(second.port()).isEqualTo(port);
      }
    }
  }

  @Test
  void start_portInUse_saysSo() {
    assertThatThrownBy(() -> start(HTTP.port(), HttpLimits.DEFAULT))
        .isInstanceOf(ZansocException.class)
        .hasMessageContaining(Integer.toString(HTTP.port()));
  }

  /** Sends text as it is, without a client certificate, and gives everything that comes back. */
  private static String raw(String request) throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            PeerTls.anonymousClient(SERVER.id())
                .getSocketFactory()
                .createSocket("127.0.0.1", HTTP.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      StringBuilder answer = new StringBuilder();
      byte[] buffer = new byte[4096];
      try {
        for (int read = socket.getInputStream().read(buffer);
            read >= 0;
            read = socket.getInputStream().read(buffer)) {
          answer.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
        }
      } catch (IOException e) {
        assertThat(answer).as("what came before %s", e).isNotEmpty();
      }
      return answer.toString();
    }
  }
}
