package cloud.zansoc.host;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.http.HttpLimits;
import cloud.zansoc.net.http.HttpServer;
import cloud.zansoc.net.http.Reply;
import cloud.zansoc.net.http.Request;
import cloud.zansoc.net.http.Route;
import cloud.zansoc.net.http.Router;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.DamageReport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DamageReporterTest {
  private static final ShardId SHARD = new ShardId(3, 4);

  private final Identity hub = Identity.create(new SecureRandom());
  private final Identity host = Identity.create(new SecureRandom());
  private final BlockingQueue<DamageReport> reported = new LinkedBlockingQueue<>();
  private final AtomicInteger failures = new AtomicInteger();
  private volatile ErrorCode failure = ErrorCode.UNREACHABLE;
  private final HttpServer server =
      new HttpServer(
          hub,
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          new HttpServer.Service(
              new Router(List.of(new Route("POST", "/v1/damage", this::take))),
              peer -> true,
              HttpLimits.DEFAULT,
              (method, template, status, nanos) -> {}));

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Reply take(Request request) {
    if (failures.getAndDecrement() > 0) {
      return Reply.error(failure, "not now");
    }
    reported.add(request.body(DamageReport.class));
    return Reply.empty();
  }

  @Test
  void damaged_hubIsAwayForAWhile_isReportedInTheEnd() throws InterruptedException {
    failures.set(2);
    try (DamageReporter reporter = reporter()) {
      reporter.damaged(SHARD, digest(1));
      reporter.damaged(SHARD, digest(2));
      assertThat(next()).isEqualTo(new DamageReport(digest(1), SHARD));
      assertThat(next()).isEqualTo(new DamageReport(digest(2), SHARD));
    }
  }

  @Test
  void damaged_hubRefuses_goesOnWithTheNext() throws InterruptedException {
    failure = ErrorCode.NOT_FOUND;
    failures.set(1);
    try (DamageReporter reporter = reporter()) {
      reporter.damaged(SHARD, digest(1));
      reporter.damaged(SHARD, digest(2));
      assertThat(next()).isEqualTo(new DamageReport(digest(2), SHARD));
    }
  }

  private DamageReport next() throws InterruptedException {
    return java.util.Objects.requireNonNull(reported.poll(20, TimeUnit.SECONDS), "no report came");
  }

  private DamageReporter reporter() {
    HostAddress address = new HostAddress("127.0.0.1", server.port());
    return new DamageReporter(
        () -> new ApiClient(host, hub.id(), address, ApiClient.Patience.SHORT),
        Duration.ofMillis(5));
  }

  private static Digest digest(int seed) {
    return Digest.sha256(new byte[] {(byte) seed});
  }
}
