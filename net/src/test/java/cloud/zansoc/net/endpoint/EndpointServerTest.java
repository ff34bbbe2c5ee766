package cloud.zansoc.net.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.block.Await;
import cloud.zansoc.net.block.BandwidthLimit;
import cloud.zansoc.net.block.BlockDialer.Relay;
import cloud.zansoc.net.block.BlockServer;
import cloud.zansoc.net.block.Cast;
import cloud.zansoc.net.block.MemoryBlockService;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.control.ControlAgent;
import cloud.zansoc.net.control.ControlServer;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.control.HostLink;
import cloud.zansoc.net.control.HostLinkListener;
import cloud.zansoc.net.control.HostServices;
import cloud.zansoc.net.identity.PeerTls;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients of an endpoint, and real servers behind a real control connection. */
final class EndpointServerTest {
  private static final String PREFIX = "/alice/shop/web";
  private static final int LARGE_BYTES = 20 << 20;

  private final Cast cast = new Cast();
  private final PeerTransport hubTransport = new PeerTransport(cast.hub);
  private final PeerTransport hostTransport = new PeerTransport(cast.host);
  private final ControlServer hub = new ControlServer(hubTransport, new Everybody());
  private final BlockServer blocks =
      new BlockServer(
          hostTransport,
          new MemoryBlockService(cast.host, cast.hub.publicKey()),
          BandwidthLimit.none());
  private final EndpointRoutes routes = new EndpointRoutes();
  private final EndpointServer server =
      new EndpointServer(
          hubTransport,
          routes,
          // There is one machine, by whatever name.
          (host, request, next) -> hub.dial(cast.host.id(), "port", request, next));
  private final BackendGroup group = new BackendGroup("web of shop");
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<AutoCloseable> started = new ArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private ControlAgent agent;
  private int port;

  @BeforeEach
  void connect() {
    Relay address = new Relay(cast.hub.id(), Cast.address(hub.listen(Cast.anyPort())));
    agent =
        new ControlAgent(
            hostTransport,
            address,
            new HostServices((name, body) -> body, EndpointServerTest::serve, blocks));
    agent.start();
    Await.until("the host is connected", () -> hub.link(cast.host.id()).isPresent());
    port = server.listenHttp(loopback()).getPort();
    routes.publishPrefix(PREFIX, group);
    routes.publishHost("Shop.Example", group);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable part : started.reversed()) {
      part.close();
    }
    client.close();
    threads.shutdownNow();
    server.close();
    agent.close();
    hub.close();
    blocks.close();
    hostTransport.close();
    hubTransport.close();
  }

  @Test
  void request_byPrefix_reachesTheBackendWithoutIt() throws Exception {
    group.update(List.of(http(exchange -> answer(exchange, 200, described(exchange)))));
    HttpRequest request =
        HttpRequest.newBuilder(uri(PREFIX + "/a%2Fb/c?x=1&y=%20"))
            .header("X-Forwarded-For", "192.0.2.66")
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo("GET /a%2Fb/c?x=1&y=%20 for 127.0.0.1 by http below " + PREFIX);
  }

  @Test
  void request_byHostName_reachesTheBackendAsItIs() throws Exception {
    group.update(List.of(http(exchange -> answer(exchange, 200, described(exchange)))));
    assertThat(raw("GET /any?q HTTP/1.1\r\nHost: shop.example:8080\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200")
        .endsWith("GET /any?q for 127.0.0.1 by http below null");
  }

  @Test
  void request_thatNobodyAnswers_isRefusedWithAReason() throws Exception {
    assertThat(get("/nothing/here").statusCode()).isEqualTo(404);
    HttpResponse<String> none = get(PREFIX + "/");
    assertThat(none.statusCode()).isEqualTo(503);
    assertThat(none.headers().firstValue("retry-after")).contains("1");
    assertThat(none.body()).contains("no replica of web of shop runs now");
    HttpResponse<String> prefix = get(PREFIX);
    assertThat(prefix.statusCode()).isEqualTo(308);
    assertThat(prefix.headers().firstValue("location")).contains(PREFIX + "/");
    group.update(List.of(dead()));
    HttpResponse<String> dead = get(PREFIX + "/");
    assertThat(dead.statusCode()).isEqualTo(503);
    assertThat(dead.body()).contains("can be reached now: 1 were tried");
  }

  @Test
  void bodies_largeAndChunked_passWholeBothWays() throws Exception {
    group.update(List.of(http(EndpointServerTest::echo)));
    byte[] body = new byte[LARGE_BYTES];
    new Random(1).nextBytes(body);
    for (HttpRequest.BodyPublisher publisher :
        List.of(
            BodyPublishers.ofByteArray(body),
            BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body)))) {
      HttpRequest request = HttpRequest.newBuilder(uri(PREFIX + "/")).POST(publisher).build();
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(body);
    }
  }

  @Test
  void connections_toBackends_areUsedAgain() throws Exception {
    Set<String> peers = ConcurrentHashMap.newKeySet();
    group.update(
        List.of(
            http(exchange -> {
              peers.add(exchange.getRemoteAddress().toString());
              answer(exchange, 200, "ok");
            })));
    for (int i = 0; i < 50; i++) {
      assertThat(get(PREFIX + "/").body()).isEqualTo("ok");
    }
    assertThat(peers.size()).isLessThan(25);
  }

  @Test
  void requests_atOnce_areSpreadOverTheReplicas() throws Exception {
    CountDownLatch busy = new CountDownLatch(8);
    List<AtomicInteger> counts = new ArrayList<>();
    List<Backend> backends = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      AtomicInteger count = new AtomicInteger();
      counts.add(count);
      backends.add(
          http(exchange -> {
            count.incrementAndGet();
            busy.countDown();
            awaitQuietly(busy);
            answer(exchange, 200, "ok");
          }));
    }
    group.update(backends);
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      answers.add(
          client.sendAsync(
              HttpRequest.newBuilder(uri(PREFIX + "/")).build(), BodyHandlers.ofString()));
    }
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer.get().statusCode()).isEqualTo(200);
    }
    assertThat(counts).allSatisfy(count -> assertThat(count.get()).isEqualTo(2));
  }

  @Test
  void replica_thatIsDead_costsNoRequest() throws Exception {
    group.update(List.of(dead(), http(exchange -> answer(exchange, 200, "alive")), dead()));
    for (int i = 0; i < 20; i++) {
      assertThat(get(PREFIX + "/").body()).isEqualTo("alive");
      assertThat(post("x").body()).isEqualTo("alive");
    }
  }

  @Test
  void replica_thatHangsUp_losesOnlyWhatCannotBeRepeated() throws Exception {
    AtomicInteger hungUp = new AtomicInteger();
    Backend rude =
        tcp(socket -> {
          readHead(socket.getInputStream());
          hungUp.incrementAndGet();
        });
    group.update(List.of(rude, http(exchange -> answer(exchange, 200, "alive"))));
    for (int i = 0; i < 20; i++) {
      assertThat(get(PREFIX + "/").body()).isEqualTo("alive");
    }
    assertThat(hungUp.get()).isPositive();
    group.update(List.of(rude));
    assertThat(post("once").statusCode()).isEqualTo(502);
  }

  @Test
  void requests_toAHostThatIsLost_goElsewhereIfTheyMay() throws Exception {
    CountDownLatch asked = new CountDownLatch(2);
    CountDownLatch never = new CountDownLatch(1);
    Backend silent =
        tcp(socket -> {
          readHead(socket.getInputStream());
          asked.countDown();
          awaitQuietly(never);
        });
    group.update(List.of(silent));
    CompletableFuture<HttpResponse<String>> repeatable =
        client.sendAsync(
            HttpRequest.newBuilder(uri(PREFIX + "/")).build(), BodyHandlers.ofString());
    CompletableFuture<HttpResponse<String>> once =
        client.sendAsync(
            HttpRequest.newBuilder(uri(PREFIX + "/")).POST(BodyPublishers.ofString("x")).build(),
            BodyHandlers.ofString());
    asked.await();
    Backend other = http(exchange -> answer(exchange, 200, "alive"));
    PeerId otherHost = PeerId.ofPublicKey(new byte[32]);
    group.update(List.of(silent, new Backend(other.name(), otherHost, other.request())));

    group.lose(cast.host.id());

    assertThat(repeatable.get().body()).isEqualTo("alive");
    assertThat(get(PREFIX + "/").body()).isEqualTo("alive");
    assertThat(once).isNotDone();
    never.countDown();
    assertThat(once.get().statusCode()).isEqualTo(502);
  }

  @Test
  void replica_thatIsLeftOut_endsWhatIsUnderWayAndIsBusyUntilThen() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answering = new CountDownLatch(1);
    Backend old =
        http(exchange -> {
          asked.countDown();
          awaitQuietly(answering);
          answer(exchange, 200, "old");
        });
    group.update(List.of(old));
    CompletableFuture<HttpResponse<String>> last =
        client.sendAsync(
            HttpRequest.newBuilder(uri(PREFIX + "/")).build(), BodyHandlers.ofString());
    asked.await();

    group.update(List.of(http(exchange -> answer(exchange, 200, "new"))));
    group.update(List.of(http(exchange -> answer(exchange, 200, "newer"))));

    assertThat(get(PREFIX + "/").body()).isEqualTo("newer");
    assertThat(group.isBusy(old.name())).isTrue();
    answering.countDown();
    assertThat(last.get().body()).isEqualTo("old");
    Await.until("it is idle", () -> !group.isBusy(old.name()));
  }

  @Test
  void response_thatBreaksOff_isNotTakenForTheWhole() throws Exception {
    group.update(
        List.of(
            tcp(socket -> {
              readHead(socket.getInputStream());
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".getBytes(ISO_8859_1));
            })));
    assertThatThrownBy(() -> get(PREFIX + "/")).isInstanceOf(IOException.class);
  }

  @Test
  void response_endedByTheConnection_isWholeForEveryClient() throws Exception {
    group.update(
        List.of(
            tcp(socket -> {
              readHead(socket.getInputStream());
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall".getBytes(ISO_8859_1));
            })));
    assertThat(get(PREFIX + "/").body()).isEqualTo("all");
    assertThat(raw("GET " + PREFIX + "/ HTTP/1.0\r\n\r\n"))
        .startsWith("HTTP/1.1 200")
        .endsWith("\r\n\r\nall");
  }

  @Test
  void requests_sentAtOnce_areAnsweredInTheirOrder() throws Exception {
    group.update(List.of(http(exchange -> answer(exchange, 200, exchange.getRequestURI() + "!"))));
    String one = "GET " + PREFIX + "/1 HTTP/1.1\r\nHost: x\r\n\r\n";
    String body = "POST " + PREFIX + "/2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    String last = "GET " + PREFIX + "/3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    String answers = raw(one + body + last);
    assertThat(answers.indexOf("/1!")).isPositive().isLessThan(answers.indexOf("/2!"));
    assertThat(answers.indexOf("/2!")).isLessThan(answers.indexOf("/3!"));
    assertThat(answers).endsWith("/3!");
  }

  @Test
  void webSocket_afterItsHandshake_passesBytesBothWays() throws Exception {
    group.update(
        List.of(
            tcp(socket -> {
              String head = readHead(socket.getInputStream()).toLowerCase(Locale.ROOT);
              String answer =
                  head.contains("upgrade: websocket") && head.contains("connection: upgrade")
                      ? "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n"
                          + "Connection: Upgrade\r\n\r\nhello"
                      : "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
              socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
              socket.getInputStream().transferTo(socket.getOutputStream());
            })));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String head =
          "GET %s/ HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n"
              .formatted(PREFIX);
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      assertThat(readHead(socket.getInputStream())).startsWith("HTTP/1.1 101");
      assertThat(socket.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
      byte[] sent = new byte[1 << 20];
      new Random(2).nextBytes(sent);
      var sending =
          threads.submit(() -> {
            socket.getOutputStream().write(sent);
            return sent;
          });
      assertThat(socket.getInputStream().readNBytes(sent.length)).isEqualTo(sending.get());
    }
  }

  @Test
  void http2_overTls_carriesManyRequestsAtOnce() throws Exception {
    group.update(List.of(http(EndpointServerTest::echo), http(EndpointServerTest::echo)));
    int secure =
        server
            .listenHttps(loopback(), cast.hub.tlsKey(), List.of(cast.hub.certificate()))
            .getPort();
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, new TrustManager[] {PeerTls.trusting(Optional.empty())}, null);
    try (HttpClient http2 =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(trusting).build()) {
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        URI uri = URI.create("https://127.0.0.1:" + secure + PREFIX + "/");
        String body = "body " + i + " ".repeat(i * 5_000);
        answers.add(
            http2.sendAsync(
                HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString()));
      }
      for (int i = 0; i < answers.size(); i++) {
        HttpResponse<String> answer = answers.get(i).get();
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("body " + i + " ".repeat(i * 5_000));
      }
    }
  }

  @Test
  void client_thatDoesNotRead_holdsTheBackendUp() throws Exception {
    AtomicLong sent = new AtomicLong();
    group.update(
        List.of(
            tcp(socket -> {
              readHead(socket.getInputStream());
              OutputStream out = socket.getOutputStream();
              out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n".getBytes(UTF_8));
              byte[] piece = new byte[100_000];
              for (int i = 0; i < 10_000; i++) {
                out.write(piece);
                sent.addAndGet(piece.length);
              }
            })));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String head = "GET " + PREFIX + "/ HTTP/1.1\r\nHost: x\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      AtomicLong before = new AtomicLong(-1);
      Await.until(
          "nothing more is sent",
          () -> sent.get() > 0 && sent.get() == before.getAndSet(sent.get()));
      assertThat(sent.get()).isLessThan(64 << 20);
      assertThat(readHead(socket.getInputStream())).startsWith("HTTP/1.1 200");
      socket.getInputStream().skipNBytes(200_000_000);
    }
  }

  @Test
  void tcp_publishedPort_joinsAReplicaThatAnswers() throws Exception {
    int free = freePort();
    group.update(
        List.of(
            dead(),
            tcp(socket -> {
              byte[] all = socket.getInputStream().readAllBytes();
              socket.getOutputStream().write(("got " + all.length).getBytes(UTF_8));
            })));
    routes.publishPort(free, group);
    assertThat(server.listenPorts("127.0.0.1")).isEmpty();
    for (int i = 0; i < 10; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), free)) {
        socket.getOutputStream().write(new byte[300_000]);
        socket.shutdownOutput();
        assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
            .isEqualTo("got 300000");
      }
    }
    routes.withdraw(group);
    assertThat(server.listenPorts("127.0.0.1")).isEmpty();
    Await.until("nobody listens", () -> isRefused(free));
  }

  @Test
  void tcp_toAReplicaThatIsReplaced_endsAndOutlivesAShortSilence() throws Exception {
    int free = freePort();
    Backend old = tcp(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    Backend next = tcp(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    group.update(List.of(old));
    routes.publishPort(free, group);
    assertThat(server.listenPorts("127.0.0.1")).isEmpty();
    try (Socket first = new Socket(InetAddress.getLoopbackAddress(), free)) {
      assertEchoes(first);
      group.lose(cast.host.id());
      group.end(name -> !name.equals(old.name()));
      assertEchoes(first);
      group.update(List.of(old));
      group.end(name -> !name.equals(old.name()));
      assertEchoes(first);
      assertThat(group.isBusy(old.name())).isTrue();

      group.lose(cast.host.id());
      group.update(List.of(next));
      try (Socket second = new Socket(InetAddress.getLoopbackAddress(), free)) {
        assertEchoes(second);
        assertEchoes(first);
        group.end(name -> !name.equals(next.name()));
        assertThat(first.getInputStream().read()).isEqualTo(-1);
        assertEchoes(second);
      }
    }
    Await.until("it is idle", () -> !group.isBusy(old.name()));
  }

  private static void assertEchoes(Socket socket) throws IOException {
    socket.getOutputStream().write(7);
    assertThat(socket.getInputStream().read()).isEqualTo(7);
  }

  @Test
  void tcp_portInUse_isNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      routes.publishPort(taken.getLocalPort(), group);
      assertThat(server.listenPorts("127.0.0.1")).containsOnlyKeys(taken.getLocalPort());
    }
  }

  private static boolean isRefused(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }

  /** What a host does with a stream to a port: here, one of this machine. */
  private static void serve(String name, byte[] request, ControlStream stream) {
    int target = ByteBuffer.wrap(request).getInt();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), target)) {
      InputStream in = stream.input();
      Thread up =
          Thread.startVirtualThread(() -> {
            try {
              in.transferTo(socket.getOutputStream());
              socket.shutdownOutput();
            } catch (IOException e) {
              closeQuietly(socket);
            }
          });
      try (OutputStream out = stream.output()) {
        byte[] buffer = new byte[64 << 10];
        for (int n = socket.getInputStream().read(buffer);
            n >= 0;
            n = socket.getInputStream().read(buffer)) {
          out.write(buffer, 0, n);
          out.flush();
        }
      }
      up.join();
    } catch (IOException e) {
      throw new ZansocException(ErrorCode.UNREACHABLE, "nothing listens", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Conversation {
    void with(Socket socket) throws IOException;
  }

  private Backend tcp(Conversation conversation) throws IOException {
    ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    started.add(listening);
    threads.execute(() -> {
      while (!listening.isClosed()) {
        try {
          Socket socket = listening.accept();
          threads.execute(() -> converse(socket, conversation));
        } catch (IOException e) {
          return; // The test is over.
        }
      }
    });
    return backend(listening.getLocalPort());
  }

  private static void converse(Socket socket, Conversation conversation) {
    try (socket) {
      conversation.with(socket);
    } catch (IOException e) {
      // The other side hung up, which is what the test sees.
    }
  }

  private Backend http(com.sun.net.httpserver.HttpHandler handler) throws IOException {
    HttpServer backend = HttpServer.create(loopback(), 50);
    backend.setExecutor(threads);
    backend.createContext("/", handler);
    backend.start();
    started.add(() -> backend.stop(0));
    return backend(backend.getAddress().getPort());
  }

  private Backend dead() throws IOException {
    return backend(freePort());
  }

  private Backend backend(int target) {
    byte[] request = ByteBuffer.allocate(Integer.BYTES).putInt(target).array();
    return new Backend("port " + target, cast.host.id(), request);
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static void echo(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] body = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static String described(HttpExchange exchange) {
    return "%s %s for %s by %s below %s"
        .formatted(
            exchange.getRequestMethod(),
            exchange.getRequestURI(),
            exchange.getRequestHeaders().getFirst("X-Forwarded-For"),
            exchange.getRequestHeaders().getFirst("X-Forwarded-Proto"),
            exchange.getRequestHeaders().getFirst("X-Forwarded-Prefix"));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(PREFIX + "/")).POST(BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  /** Everything that the server answers to these bytes, until it closes. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended within a head: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static final class Everybody implements HostLinkListener {
    @Override
    public boolean admits(PeerId host) {
      return true;
    }

    @Override
    public boolean mayRelay(PeerId client, PeerId host) {
      return true;
    }

    @Override
    public void connected(HostLink link) {}

    @Override
    public void disconnected(HostLink link) {}
  }
}
