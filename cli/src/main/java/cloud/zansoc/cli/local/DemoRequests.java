package cloud.zansoc.cli.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** What a visitor of the demonstration's web servers does, who knows their one address only. */
final class DemoRequests {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int OK = 200;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final String address;

  /**
   * @param address of the endpoint, as the hub shows it
   */
  DemoRequests(String address) {
    this.address = address.replaceFirst("/$", "");
  }

  /** Whether it is plain HTTP, at a name that this machine resolves: not all know *.localhost. */
  static boolean isResolved(String address) {
    URI uri = URI.create(address);
    try {
      return "http".equals(uri.getScheme()) && InetAddress.getByName(uri.getHost()) != null;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  String address() {
    return address;
  }

  /** A page without the space around it; none where it did not come. */
  Optional<String> ask(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE).build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == OK ? Optional.of(answer.body().strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
