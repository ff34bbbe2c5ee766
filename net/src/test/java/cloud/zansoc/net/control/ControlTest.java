package cloud.zansoc.net.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.block.Await;
import cloud.zansoc.net.block.BandwidthLimit;
import cloud.zansoc.net.block.BlockDialer.Relay;
import cloud.zansoc.net.block.BlockServer;
import cloud.zansoc.net.block.Cast;
import cloud.zansoc.net.block.MemoryBlockService;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.control.ControlAgent.State;
import cloud.zansoc.net.identity.Identity;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A hub and an agent over the loopback: orders, refusals, restarts, a dead network. */
final class ControlTest {
  private static final Duration PLENTY = Duration.ofSeconds(20);
  private static final ControlTimings HASTY =
      new ControlTimings(
          Duration.ofMillis(50),
          Duration.ofMillis(600),
          Duration.ofMillis(20),
          Duration.ofMillis(100));

  private final Cast cast = new Cast();
  private final PeerTransport hubTransport = new PeerTransport(cast.hub);
  private final PeerTransport hostTransport = new PeerTransport(cast.host);
  private final HubListener listener = new HubListener();
  private final BlockServer blocks =
      new BlockServer(
          hostTransport,
          new MemoryBlockService(cast.host, cast.hub.publicKey()),
          BandwidthLimit.none());
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<InetSocketAddress> addresses = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    released.countDown();
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
    blocks.close();
    hostTransport.close();
    hubTransport.close();
  }

  @Test
  void order_ofEverySize_isAnswered() {
    ControlServer hub = hub(Cast.anyPort());
    HostLink link = connect(hub);
    for (int size : new int[] {0, 1, 70_000, OrderHandler.MAX_BODY_BYTES}) {
      byte[] body = new byte[size];
      new Random(size).nextBytes(body);
      assertThat(link.order("echo", body, PLENTY)).isEqualTo(body);
    }
    assertThat(link.remoteIp()).isEqualTo("127.0.0.1");
    assertThat(link.host()).isEqualTo(cast.host.id());
  }

  @Test
  void order_tooLong_refused() {
    HostLink link = connect(hub(Cast.anyPort()));
    byte[] body = new byte[OrderHandler.MAX_BODY_BYTES + 1];
    refuses(ErrorCode.TOO_LARGE, () -> link.order("echo", body, PLENTY));
    refuses(ErrorCode.TOO_LARGE, () -> link.order("huge", new byte[0], PLENTY));
  }

  @Test
  void order_refusedByTheHost_comesWithCodeAndMessage() {
    HostLink link = connect(hub(Cast.anyPort()));
    refuses(ErrorCode.NO_SPACE, () -> link.order("refuse", new byte[0], PLENTY));
    assertThatThrownBy(() -> link.order("refuse", new byte[0], PLENTY))
        .hasMessageContaining("order refuse to host " + cast.host.id().shortText())
        .hasMessageContaining("the disk is full \u2014 make room");
    refuses(ErrorCode.INTERNAL, () -> link.order("break", new byte[0], PLENTY));
  }

  @Test
  void order_neverAnswered_timesOutAndOthersGoOn() {
    HostLink link = connect(hub(Cast.anyPort()));
    refuses(ErrorCode.TIMED_OUT, () -> link.order("hang", new byte[0], Duration.ofMillis(100)));
    assertThat(link.order("echo", new byte[3], PLENTY)).hasSize(3);
  }

  @Test
  void order_manyAtOnce_eachGetsItsOwnAnswer() throws Exception {
    HostLink link = connect(hub(Cast.anyPort()));
    List<Future<byte[]>> answers = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        byte[] body = Integer.toString(i).repeat(1000).getBytes(StandardCharsets.UTF_8);
        answers.add(executor.submit(() -> link.order("echo", body, PLENTY)));
      }
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(new String(answers.get(i).get(), StandardCharsets.UTF_8))
          .isEqualTo(Integer.toString(i).repeat(1000));
    }
  }

  @Test
  void order_interrupted_isGivenUp() throws Exception {
    HostLink link = connect(hub(Cast.anyPort()));
    List<ErrorCode> seen = new ArrayList<>();
    Thread asking =
        Thread.ofVirtual()
            .start(() -> {
              try {
                link.order("hang", new byte[0], PLENTY);
              } catch (ZansocException e) {
                seen.add(e.code());
              }
            });
    asking.interrupt();
    asking.join(PLENTY);
    assertThat(seen).containsExactly(ErrorCode.UNREACHABLE);
  }

  @Test
  void agent_hubRestarted_connectsAgain() {
    ControlServer first = hub(Cast.anyPort());
    InetSocketAddress address = addresses.getLast();
    HostLink link = connect(first);
    first.close();
    Await.until("the hub was told", () -> listener.disconnected.contains(link));
    refuses(ErrorCode.UNREACHABLE, () -> link.order("echo", new byte[0], PLENTY));

    ControlServer second = hub(address);

    Await.until("the host is back", () -> second.link(cast.host.id()).isPresent());
    HostLink again = second.link(cast.host.id()).orElseThrow();
    assertThat(again.order("echo", new byte[2], PLENTY)).hasSize(2);
  }

  @Test
  void agent_networkDiesSilently_dialsAgain() throws Exception {
    ControlServer hub = hub(Cast.anyPort());
    FreezingProxy network = new FreezingProxy(addresses.getLast());
    opened.add(network);
    ControlAgent agent = agent(cast.hub, network.address());
    Await.until("connected", () -> hub.link(cast.host.id()).isPresent());
    HostLink first = hub.link(cast.host.id()).orElseThrow();
    List<ControlAgent.Status> seen = new ArrayList<>();
    agent.observe(status -> {
      synchronized (seen) {
        seen.add(status);
      }
    });

    network.freeze();
    Await.until("both noticed", () -> listener.disconnected.contains(first));
    Await.until("the agent noticed", () -> failedBySilence(seen));
    synchronized (seen) {
      assertThat(seen).noneMatch(ControlAgent.Status::isRefused);
    }
    network.thaw();

    Await.until("connected again", () -> agent.status().state() == State.CONNECTED);
    Await.until(
        "the hub has the new link",
        () -> hub.link(cast.host.id()).filter(link -> !link.equals(first)).isPresent());
  }

  @Test
  void agent_hubsProgramIsDown_knowsThatItsMachineIsUp() {
    ControlServer hub = hub(Cast.anyPort());
    InetSocketAddress address = addresses.getLast();
    hub.close();
    ControlAgent agent = agent(cast.hub, address);
    awaitFailure(agent, ErrorCode.UNREACHABLE);
    assertThat(agent.status().isRefused()).isTrue();
  }

  @Test
  void agent_idleForLongerThanSilence_staysConnectedByPings() {
    ControlServer hub = hub(Cast.anyPort());
    HostLink link = connect(hub);
    refuses(
        ErrorCode.TIMED_OUT,
        () -> link.order("hang", new byte[0], HASTY.silence().multipliedBy(2)));
    assertThat(hub.link(cast.host.id())).containsSame(link);
    assertThat(listener.disconnected).isEmpty();
  }

  @Test
  void agent_anotherHubAnswers_mismatchIsShown() {
    hub(Cast.anyPort());
    ControlAgent agent = agent(cast.client, addresses.getLast());
    awaitFailure(agent, ErrorCode.PEER_ID_MISMATCH);

    // The hub may see the connection before the agent ends it.
    Await.until("no link is left", () -> listener.disconnected.containsAll(listener.connected));
  }

  @Test
  void agent_notAdmitted_isToldWhatToDo() {
    listener.admitting = false;
    hub(Cast.anyPort());
    ControlAgent agent = agent(cast.hub, addresses.getLast());

    ZansocException failure = awaitFailure(agent, ErrorCode.FORBIDDEN);

    assertThat(failure).hasMessageContaining("zansoc host join");
    assertThat(listener.connected).isEmpty();
    listener.admitting = true;
    Await.until("admitted at last", () -> agent.status().state() == State.CONNECTED);
  }

  @Test
  void agent_secondOfTheSameHost_replacesTheFirst() {
    ControlServer hub = hub(Cast.anyPort());
    HostLink first = connect(hub);
    PeerTransport twin = new PeerTransport(cast.host);
    opened.add(twin);
    Relay address = new Relay(cast.hub.id(), Cast.address(addresses.getLast()));
    // Patient, so that the two do not take turns for as long as the test lasts.
    ControlAgent second =
        new ControlAgent(
            twin,
            address,
            new HostServices((name, body) -> new byte[] {7}, StreamHandler.none(), blocks));
    second.start();
    opened.add(second);

    Await.until("the first is gone", () -> listener.disconnected.contains(first));
    assertThat(hub.link(cast.host.id())).isPresent().get().isNotSameAs(first);
  }

  @Test
  void close_ofTheAgent_endsTheLink() {
    ControlServer hub = hub(Cast.anyPort());
    ControlAgent agent = agent(cast.hub, addresses.getLast());
    Await.until("connected", () -> hub.link(cast.host.id()).isPresent());

    agent.close();

    assertThat(agent.status().state()).isEqualTo(State.CLOSED);
    Await.until("the link is gone", () -> hub.link(cast.host.id()).isEmpty());
  }

  private ControlServer hub(InetSocketAddress address) {
    ControlServer hub = new ControlServer(hubTransport, listener, HASTY);
    addresses.add(hub.listen(address));
    opened.add(hub);
    return hub;
  }

  private ControlAgent agent(Identity expected, InetSocketAddress address) {
    Relay hub = new Relay(expected.id(), Cast.address(address));
    ControlAgent agent =
        new ControlAgent(
            hostTransport,
            hub,
            new HostServices(this::carryOut, StreamHandler.none(), blocks),
            HASTY);
    agent.start();
    opened.add(agent);
    return agent;
  }

  private HostLink connect(ControlServer hub) {
    agent(cast.hub, addresses.getLast());
    Await.until("the host is connected", () -> !listener.connected.isEmpty());
    return hub.link(cast.host.id()).orElseThrow();
  }

  private byte[] carryOut(String name, byte[] body) {
    return switch (name) {
      case "echo" -> body;
      case "huge" -> new byte[OrderHandler.MAX_BODY_BYTES + 1];
      case "refuse" ->
          throw new ZansocException(ErrorCode.NO_SPACE, "the disk is full \u2014 make room");
      case "hang" -> {
        awaitRelease();
        yield body;
      }
      default ->
          throw new IllegalStateException("not for the hub to know: " + Arrays.toString(body));
    };
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean failedBySilence(List<ControlAgent.Status> seen) {
    synchronized (seen) {
      return seen.stream()
          .flatMap(status -> status.failure().stream())
          .anyMatch(failure -> failure.code() == ErrorCode.TIMED_OUT);
    }
  }

  private static ZansocException awaitFailure(ControlAgent agent, ErrorCode code) {
    List<ZansocException> found = new ArrayList<>();
    Await.until(
        "failure " + code,
        () -> {
          agent.status().failure().filter(e -> e.code() == code).ifPresent(found::add);
          return !found.isEmpty();
        });
    return found.getFirst();
  }

  private static void refuses(ErrorCode code, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }
}
