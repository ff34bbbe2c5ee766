package cloud.zansoc.benchmarks;

import cloud.zansoc.base.Limits;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.identity.PeerTls;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The same exchange on what the JDK has: HTTP/1.1 on kept connections, the JDK's TLS 1.3. */
final class JdkHttpContender implements TransportSideBySide.Contender {
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpsServer server;
  private final HttpClient client;
  private final HttpRequest.Builder request;

  JdkHttpContender(Identity host, Identity clientIdentity, byte[] block) throws IOException {
    // Without this the server's answers wait for delayed acknowledgements.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext context = PeerTls.server(host);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = context.getDefaultSSLParameters();
            ssl.setNeedClientAuth(true);
            parameters.setSSLParameters(ssl);
          }
        });
    server.createContext("/", exchange -> answer(exchange, block));
    server.setExecutor(executor);
    server.start();
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(PeerTls.client(clientIdentity, host.id()))
            .build();
    InetSocketAddress address = server.getAddress();
    request =
        HttpRequest.newBuilder(
            URI.create("https://" + address.getHostString() + ":" + address.getPort() + "/"));
  }

  @Override
  public void put(byte[] block) {
    send(request.copy().PUT(BodyPublishers.ofByteArray(block)).build());
  }

  @Override
  public int get() {
    return send(request.copy().GET().build()).length;
  }

  @Override
  public void close() {
    client.close();
    server.stop(0);
    executor.close();
  }

  private byte[] send(HttpRequest asked) {
    try {
      HttpResponse<byte[]> answer = client.send(asked, BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("a block came short");
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void answer(HttpExchange exchange, byte[] block) throws IOException {
    try (exchange) {
      if (exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(200, block.length);
        exchange.getResponseBody().write(block);
        return;
      }
      byte[] received = exchange.getRequestBody().readNBytes(Limits.BLOCK_BYTES + 1);
      exchange.sendResponseHeaders(received.length == block.length ? 200 : 400, -1);
    }
  }
}
