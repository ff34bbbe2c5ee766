package cloud.zansoc.net.block;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.net.HostAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many requests that begin under one permit at once. */
final class PresentationTest {
  private static final int REQUESTS = 8;

  private final Cast cast = new Cast();
  private final MemoryBlockService service =
      new MemoryBlockService(cast.host, cast.hub.publicKey());
  private final PeerTransport hostTransport = new PeerTransport(cast.host);
  private final PeerTransport clientTransport = new PeerTransport(cast.client);
  private final BlockServer server = new BlockServer(hostTransport, service, BandwidthLimit.none());
  private final NettyBlockDialer dialer = new NettyBlockDialer(clientTransport);
  private final CountDownLatch released = new CountDownLatch(1);
  private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
  private final List<Thread> requests = new ArrayList<>();
  private Optional<HostAddress> address = Optional.empty();

  @BeforeEach
  void start() {
    InetSocketAddress listening = server.listen(Cast.anyPort());
    address = Optional.of(Cast.address(listening));
    service.beforeOpen = this::awaitRelease;
  }

  @AfterEach
  void stop() {
    released.countDown();
    dialer.close();
    server.close();
    clientTransport.close();
    hostTransport.close();
  }

  @Test
  void open_manyAtOnce_permitIsPresentedOnce() {
    openManyTimes(cast.permit(Permit.Action.PUT, 1000));

    released.countDown();

    assertThat(outcomes()).hasSize(REQUESTS).containsOnly("opened");
    assertThat(service.presented.get()).isEqualTo(1);
  }

  @Test
  void open_permitIsRefused_allHearItAndItIsPresentedOnce() {
    Permit.Signed good = cast.permit(new ShardId(1, 1), Permit.Action.PUT, 1000);
    byte[] signature = good.signature();
    signature[0] ^= 1;
    openManyTimes(new Permit.Signed(good.permit(), signature));

    released.countDown();

    assertThat(outcomes()).hasSize(REQUESTS).containsOnly(ErrorCode.PERMIT_INVALID.name());
    assertThat(service.presented.get()).isEqualTo(1);
  }

  @Test
  void open_presenterIsInterrupted_theOthersGoOn() {
    openManyTimes(cast.permit(Permit.Action.PUT, 1000));
    Thread presenter = requests.getFirst();

    presenter.interrupt();
    Await.until("the presenter gave up", () -> !presenter.isAlive());
    Await.until("another presents the permit", () -> service.presented.get() == 2);
    released.countDown();

    List<String> outcomes = outcomes();
    assertThat(outcomes).filteredOn("opened"::equals).hasSize(REQUESTS - 1);
    assertThat(outcomes).contains(ErrorCode.UNREACHABLE.name());
  }

  /** The first presents the permit, which the host holds up; the others wait for it. */
  private void openManyTimes(Permit.Signed permit) {
    BlockConnection connection = dialer.connect(cast.host.id(), address, noRelay());
    for (int i = 0; i < REQUESTS; i++) {
      Thread request = Thread.ofVirtual().start(() -> heard.add(outcome(connection, permit)));
      requests.add(request);
      Await.until("the permit is at the host", () -> service.presented.get() == 1);
      Await.until("the request waits", () -> request.getState() == Thread.State.TIMED_WAITING);
    }
  }

  private static String outcome(BlockConnection connection, Permit.Signed permit) {
    try {
      connection.open(permit);
      return "opened";
    } catch (ZansocException e) {
      return e.code().name();
    }
  }

  private List<String> outcomes() {
    requests.forEach(request -> Await.until("the request is over", () -> !request.isAlive()));
    return List.copyOf(heard);
  }

  private BlockDialer.Relay noRelay() {
    return new BlockDialer.Relay(cast.hub.id(), new HostAddress("127.0.0.1", 1));
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
