package cloud.zansoc.net.http;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.identity.PeerTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;

/**
 * A hub's API over HTTPS: pins the hub's id, proves the caller's identity, speaks JSON.
 *
 * <p>While the hub cannot be reached (it restarts, the network is away), a repeatable request is
 * sent again with growing pauses for {@link Patience#retry}; any request is, as long as no byte of
 * it can have arrived. Where the hub refuses one and says after how long to ask again (too many
 * requests; its hosts are coming back), that is done, as long too. Blocking; thread-safe; an
 * interrupt gives the request up.
 */
public final class ApiClient implements AutoCloseable {
  /** The header with what a caller should know beside the answer, for people. */
  public static final String NOTICE = "Zansoc-Notice";

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final PeerId hub;
  private final HostAddress address;
  private final Patience patience;
  private final HttpClient http;
  private volatile Optional<String> notice = Optional.empty();

  /**
   * How long to wait.
   *
   * @param connect for a connection
   * @param request for an answer
   * @param retry for a hub that cannot be reached, or says that it will answer later
   */
  public record Patience(Duration connect, Duration request, Duration retry) {
    /** For a program that works in the background: survives a hub's restart. */
    public static final Patience LONG =
        new Patience(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(60));

    /** For a command that somebody waits for. */
    public static final Patience SHORT =
        new Patience(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(2));
  }

  /**
   * A client of the hub {@code hub} at {@code address}; connects with the first call.
   *
   * @param self whose certificate is sent
   */
  public ApiClient(Identity self, PeerId hub, HostAddress address, Patience patience) {
    this.hub = hub;
    this.address = address;
    this.patience = patience;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(PeerTls.client(self, hub))
            .connectTimeout(patience.connect())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /** Which hub. */
  public PeerId hub() {
    return hub;
  }

  /** What the hub's newest answer said beside it; empty where it said nothing. */
  public Optional<String> notice() {
    return notice;
  }

  /** Where it listens. */
  public HostAddress address() {
    return address;
  }

  /** Sends and gives whatever the hub answered; throws UNREACHABLE, TIMED_OUT, PEER_ID_MISMATCH. */
  public ApiAnswer send(ApiCall call) {
    BodyPublisher body =
        call.body()
            .map(value -> BodyPublishers.ofByteArray(Json.write(value)))
            .orElse(BodyPublishers.noBody());
    HttpRequest.Builder request = request(call.path()).method(call.method(), body);
    if (call.body().isPresent()) {
      request.header("Content-Type", "application/json");
    }
    HttpRequest whole = request.build();
    long deadline = System.nanoTime() + patience.retry().toNanos();
    while (true) {
      HttpResponse<byte[]> response =
          exchange(whole, BodyHandlers.ofByteArray(), call.repeatable());
      notice = response.headers().firstValue(NOTICE);
      Optional<Duration> wait = retryAfter(response);
      if (wait.isEmpty() || System.nanoTime() + wait.get().toNanos() > deadline) {
        return new ApiAnswer(response.statusCode(), response.body());
      }
      sleep(wait.get());
    }
  }

  /** Sends and gives the answer as a record; throws the hub's error too. */
  public <T> T call(ApiCall call, Class<T> type) {
    return send(call).as(type);
  }

  /** Sends and gives the answer as a list of records; throws the hub's error too. */
  public <T> List<T> callList(ApiCall call, Class<T> type) {
    return send(call).asList(type);
  }

  /** Sends where no answer is needed; throws the hub's error too. */
  public void run(ApiCall call) {
    send(call).okBody();
  }

  /** GETs a body that streams, for as long as it takes; the caller closes it. */
  public InputStream download(ApiCall call) {
    HttpResponse<InputStream> response =
        exchange(request(call.path()).GET().build(), BodyHandlers.ofInputStream(), false);
    if (response.statusCode() != 200) {
      try (InputStream body = response.body()) {
        throw new ApiAnswer(response.statusCode(), body.readAllBytes()).error().toException();
      } catch (IOException e) {
        throw unreachable(e);
      }
    }
    return response.body();
  }

  /** POSTs {@code length} bytes of a stream. For measuring. */
  public ApiAnswer upload(ApiCall call, Supplier<InputStream> body, long length) {
    BodyPublisher publisher =
        BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(body), length);
    HttpResponse<byte[]> response =
        exchange(request(call.path()).POST(publisher).build(), BodyHandlers.ofByteArray(), false);
    return new ApiAnswer(response.statusCode(), response.body());
  }

  /** POSTs a stream of any length, for as long as it takes; it is read once. */
  public void pour(ApiCall call, InputStream body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + address + call.path()))
            .POST(BodyPublishers.ofInputStream(() -> body))
            .build();
    HttpResponse<byte[]> response = exchange(request, BodyHandlers.ofByteArray(), false);
    new ApiAnswer(response.statusCode(), response.body()).okBody();
  }

  /** Closes every connection; requests under way fail. */
  @Override
  public void close() {
    http.shutdownNow();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://" + address + path))
        .timeout(patience.request());
  }

  private <T> HttpResponse<T> exchange(
      HttpRequest request, BodyHandler<T> handler, boolean repeatable) {
    long deadline = System.nanoTime() + patience.retry().toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return http.send(request, handler);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ZansocException(
            ErrorCode.UNREACHABLE, "the request to the hub was interrupted", e);
      } catch (IOException e) {
        ZansocException failure = translate(e);
        boolean again = failure.code() == ErrorCode.UNREACHABLE && (repeatable || neverSent(e));
        if (!again || System.nanoTime() + pause.toNanos() > deadline) {
          throw failure;
        }
      }
      sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
              : pause.multipliedBy(2);
    }
  }

  /** After how long to ask again, where the server says so: it has done nothing then. */
  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    return response.statusCode() == 429 || response.statusCode() == 503
        ? response
            .headers()
            .firstValue("Retry-After")
            .filter(seconds -> seconds.matches("[0-9]{1,4}"))
            .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
        : Optional.empty();
  }

  private ZansocException translate(IOException failure) {
    Optional<ZansocException> refusal = PeerTls.refusal(failure);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (failure instanceof HttpTimeoutException && !neverSent(failure)) {
      return new ZansocException(
          ErrorCode.TIMED_OUT,
          "the hub at %s did not answer within %d s: try again, or look at the hub's log"
              .formatted(address, patience.request().toSeconds()),
          failure);
    }
    return unreachable(failure);
  }

  private ZansocException unreachable(IOException failure) {
    String why = failure.getMessage();
    return new ZansocException(
        ErrorCode.UNREACHABLE,
        "the hub at %s cannot be reached%s: check that it runs (zansoc hub), the address, and that the network and its firewall let port %d through"
            .formatted(address, why == null ? "" : " (" + why + ")", address.port()),
        failure);
  }

  private static boolean neverSent(IOException failure) {
    return failure instanceof ConnectException
        || failure instanceof HttpConnectTimeoutException
        || failure instanceof SSLHandshakeException;
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 2)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.UNREACHABLE, "waiting for the hub was interrupted", e);
    }
  }
}
