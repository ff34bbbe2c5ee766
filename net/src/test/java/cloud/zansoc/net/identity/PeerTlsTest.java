package cloud.zansoc.net.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over java.net.http and a JDK server that wants a certificate and answers who came. */
final class PeerTlsTest {
  private final Identity serverIdentity = Identity.create(new SecureRandom());
  private final Identity clientIdentity = Identity.create(new SecureRandom());
  private HttpsServer server;

  @BeforeEach
  void start() throws Exception {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext context = PeerTls.server(serverIdentity);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = context.getDefaultSSLParameters();
            ssl.setWantClientAuth(true);
            parameters.setSSLParameters(ssl);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          String who;
          try {
            who = PeerCertificate.of(((HttpsExchange) exchange).getSSLSession()).id().toString();
          } catch (ZansocException e) {
            who = e.code().name();
          }
          byte[] body = who.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void client_pinnedToTheServer_bothKnowEachOther() throws Exception {
    SSLContext context = PeerTls.client(clientIdentity, serverIdentity.id());
    assertThat(get(context)).isEqualTo(clientIdentity.id().toString());
  }

  @Test
  void anonymousClient_pinnedToTheServer_isUnauthenticated() throws Exception {
    SSLContext context = PeerTls.anonymousClient(serverIdentity.id());
    assertThat(get(context)).isEqualTo("UNAUTHENTICATED");
  }

  @Test
  void client_pinnedToAnother_refusedNamingBoth() {
    SSLContext context = PeerTls.client(clientIdentity, clientIdentity.id());

    assertThatThrownBy(() -> get(context))
        .satisfies(failure ->
            assertThat(PeerTls.refusal(failure))
                .hasValueSatisfying(refusal -> {
                  assertThat(refusal.code()).isEqualTo(ErrorCode.PEER_ID_MISMATCH);
                  assertThat(refusal)
                      .hasMessageContaining("expected peer " + clientIdentity.id())
                      .hasMessageContaining(serverIdentity.id() + " answered");
                }));
  }

  private String get(SSLContext context) throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      // A name that no certificate has: host names must not matter.
      URI uri = URI.create("https://localhost:" + server.getAddress().getPort() + "/");
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }
}
