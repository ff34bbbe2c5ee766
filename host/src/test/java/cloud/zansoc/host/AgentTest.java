package cloud.zansoc.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.crypto.Ed25519;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.codec.format.Receipt;
import cloud.zansoc.host.HostConfiguration.Hub;
import cloud.zansoc.host.HostConfiguration.Network;
import cloud.zansoc.host.HostConfiguration.Offer;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockAccess;
import cloud.zansoc.net.block.NettyBlockDialer;
import cloud.zansoc.net.block.PeerTransport;
import cloud.zansoc.net.control.HostLink;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.HostStatus;
import cloud.zansoc.net.node.Orders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentTest {
  private static final ShardId SHARD = new ShardId(1, 2);
  private static final byte[] BLOCK = new byte[100_000];
  private static final Digest DIGEST = Digest.sha256(BLOCK);

  @TempDir private Path temporary;
  private final ControllingHub hub = new ControllingHub();
  private final Identity client = Identity.create(new SecureRandom());
  private final PeerTransport transport = new PeerTransport(client, 1);
  private final NettyBlockDialer dialer = new NettyBlockDialer(transport);
  private HostFolder folder = HostFolder.ofUser();
  private PeerId self = client.id();

  @BeforeEach
  void join() throws IOException {
    folder = new HostFolder(temporary.resolve("host"));
    Files.createDirectories(folder.path());
    self = Identity.loadOrCreate(folder.identity()).id();
    configure(Schedule.ALWAYS, Network.RELAY_ONLY);
  }

  @AfterEach
  void close() {
    dialer.close();
    transport.close();
    hub.close();
  }

  @Test
  void start_afterStop_keepsBlocksAndReceipts() throws InterruptedException {
    HostStatus before;
    try (Agent agent = Agent.start(folder, "test")) {
      HostLink link = hub.awaitHost();
      access(Permit.Action.PUT).put(DIGEST, ByteBuffer.wrap(BLOCK));
      before = ControllingHub.heartbeat(link, false, false);
      assertThat(agent.status().state()).isEqualTo(AgentStatus.State.CONNECTED);
    }
    assertThat(before.version()).isEqualTo("test");
    assertThat(before.accepting()).as(before.reason()).isTrue();
    assertThat(before.storedBytes()).isEqualTo(BLOCK.length);
    assertThat(before.bytesIn()).isEqualTo(BLOCK.length);
    assertThat(AgentStatus.read(folder).state()).isEqualTo(AgentStatus.State.STOPPED);

    try (Agent agent = Agent.start(folder, "test")) {
      HostLink link = hub.awaitHost();
      assertThat(ControllingHub.heartbeat(link, false, false).blocks()).isEqualTo(1);
      assertThat(read()).isEqualTo(BLOCK);
      Receipt.Signed receipt = receipts(link).getFirst();
      assertThat(receipt.receipt().bytes()).isEqualTo(BLOCK.length);
      assertThat(receipt.receipt().client()).isEqualTo(client.id());
      assertThat(agent.status().lastHeartbeat()).isPresent();
    }
  }

  @Test
  void start_secondAgentOnTheFolder_isRefusedWhileTheFirstWorks() throws InterruptedException {
    try (Agent agent = Agent.start(folder, "test")) {
      hub.awaitHost();
      assertFails(() -> Agent.start(folder, "test"), ErrorCode.CONFLICT, "another agent");
      assertThat(agent.status().pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(AgentStatus.read(folder).state()).isNotEqualTo(AgentStatus.State.STOPPED);
    }
    Agent.start(folder, "test").close();
  }

  @Test
  void start_withoutJoining_saysToJoin() throws IOException {
    Files.delete(folder.configuration());
    assertFails(() -> Agent.start(folder, "test"), ErrorCode.NOT_FOUND, "zansoc host join");
  }

  @Test
  void close_twice_isNoError() throws InterruptedException {
    Agent agent = Agent.start(folder, "test");
    agent.close();
    agent.close();
    agent.awaitEnd();
  }

  @Test
  void put_pausedOrDraining_isRefusedWhileReadingGoesOn() throws InterruptedException {
    try (Agent agent = Agent.start(folder, "test")) {
      HostLink link = hub.awaitHost();
      access(Permit.Action.PUT).put(DIGEST, ByteBuffer.wrap(BLOCK));

      HostStatus paused = ControllingHub.heartbeat(link, true, false);
      assertThat(paused.accepting()).isFalse();
      assertThat(paused.reason()).isEqualTo("paused");
      assertPutRefused("paused");
      assertThat(read()).isEqualTo(BLOCK);
      assertFails(
          () -> link.order(Orders.REPAIR, new byte[0], ControllingHub.TIMEOUT),
          ErrorCode.HOST_PAUSED,
          "paused");

      assertThat(ControllingHub.heartbeat(link, false, true).reason()).isEqualTo("draining");
      assertPutRefused("draining");
      assertThat(ControllingHub.heartbeat(link, false, false).accepting()).isTrue();
      access(Permit.Action.PUT).put(DIGEST, ByteBuffer.wrap(BLOCK));
      assertThat(agent.status().load()).isPresent();
    }
  }

  @Test
  void configuration_changedWhileRunning_isApplied() throws IOException, InterruptedException {
    try (Agent agent = Agent.start(folder, "test")) {
      HostLink link = hub.awaitHost();
      assertThat(ControllingHub.heartbeat(link, false, false).accepting()).isTrue();
      configure(scheduleWithoutToday(), Network.RELAY_ONLY);
      HostStatus closed = ControllingHub.heartbeat(link, false, false);
      assertThat(closed.reason()).startsWith("out of its hours");
      assertPutRefused("out of its hours");

      Files.writeString(folder.configuration(), "nonsense=1\n");
      assertThat(ControllingHub.heartbeat(link, false, false).reason())
          .startsWith("out of its hours");
      configure(Schedule.ALWAYS, Network.RELAY_ONLY);
      assertThat(ControllingHub.heartbeat(link, false, false).accepting()).isTrue();
      assertThat(agent.status().load()).isPresent();
    }
  }

  @Test
  void orders_givenTwice_changeNothingMore() throws InterruptedException {
    try (Agent agent = Agent.start(folder, "test")) {
      HostLink link = hub.awaitHost();
      access(Permit.Action.PUT).put(DIGEST, ByteBuffer.wrap(BLOCK));
      byte[] shard = new byte[ShardId.BYTES];
      SHARD.write(ByteBuffer.wrap(shard));
      for (int time = 0; time < 2; time++) {
        assertThat(link.order(Orders.DELETE_SHARDS, shard, ControllingHub.TIMEOUT)).isEmpty();
        assertThat(ControllingHub.heartbeat(link, false, false).blocks()).isZero();
      }
      List<Receipt.Signed> before = receipts(link);
      // A receipt may have become due in between; those given before are given again.
      assertThat(receipts(link).subList(0, before.size())).isEqualTo(before);
      assertFails(this::read, ErrorCode.NOT_FOUND, "");
      assertThat(agent.status().load()).isPresent();
    }
  }

  @Test
  void orders_malformedOrUnknown_areRefused() throws InterruptedException {
    try (Agent agent = Agent.start(folder, "test")) {
      HostLink link = hub.awaitHost();
      for (String name : List.of(Orders.DELETE_SHARDS, Orders.RECEIPTS, Orders.REPAIR)) {
        assertFails(
            () -> link.order(name, new byte[7], ControllingHub.TIMEOUT),
            ErrorCode.INVALID_ARGUMENT,
            "");
      }
      assertFails(
          () -> link.order("dance", new byte[0], ControllingHub.TIMEOUT),
          ErrorCode.UNSUPPORTED,
          "dance");
      assertThat(agent.status().state()).isEqualTo(AgentStatus.State.STARTING);
    }
  }

  @Test
  void listen_freePort_servesDirectly() throws IOException, InterruptedException {
    HostAddress address = new HostAddress("127.0.0.1", freePort());
    configure(Schedule.ALWAYS, listening(address));
    try (Agent agent = Agent.start(folder, "test")) {
      assertThat(agent.status().listening()).contains(address);
      BlockAccess access =
          dialer
              .connect(self, Optional.of(address), hub.relay())
              .open(hub.permit(self, client.id(), SHARD, Permit.Action.PUT));
      access.put(DIGEST, ByteBuffer.wrap(BLOCK));
      assertThat(access.receipt().isSignedBy(Ed25519.publicKey(hostKey()))).isTrue();
    }
  }

  @Test
  void listen_portIsTaken_servesByRelay() throws IOException, InterruptedException {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      configure(Schedule.ALWAYS, listening(new HostAddress("127.0.0.1", taken.getLocalPort())));
      try (Agent agent = Agent.start(folder, "test")) {
        hub.awaitHost();
        assertThat(agent.status().listening()).isEmpty();
        access(Permit.Action.PUT).put(DIGEST, ByteBuffer.wrap(BLOCK));
        assertThat(read()).isEqualTo(BLOCK);
      }
    }
  }

  private byte[] hostKey() {
    return Identity.loadOrCreate(folder.identity()).publicKey();
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return probe.getLocalPort();
    }
  }

  private static Network listening(HostAddress address) {
    return new Network(Optional.of(address), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Open on the day that is neither yesterday, today nor tomorrow, whenever the test runs. */
  private static Schedule scheduleWithoutToday() {
    DayOfWeek far = LocalDate.now(java.time.ZoneId.systemDefault()).getDayOfWeek().plus(3);
    return new Schedule(List.of(new Schedule.Window(Set.of(far), 0, 1440)));
  }

  private void configure(Schedule schedule, Network network) throws IOException {
    HostConfiguration configuration =
        new HostConfiguration(
            new Hub(hub.address(), hub.address(), hub.identity.publicKey()),
            "attic",
            new Offer(
                ByteSize.parse("1GB"), new ByteSize(0), Offer.DEFAULT_PRICE, Map.of(), schedule),
            network,
            Optional.empty());
    HostConfigurationFile.write(configuration, folder.configuration());
  }

  private BlockAccess access(Permit.Action action) {
    return dialer
        .connect(self, Optional.empty(), hub.relay())
        .open(hub.permit(self, client.id(), SHARD, action));
  }

  private byte[] read() {
    ByteBuffer into = ByteBuffer.allocate(Limits.BLOCK_BYTES);
    access(Permit.Action.GET).get(DIGEST, into);
    return Arrays.copyOf(into.array(), into.position());
  }

  private static List<Receipt.Signed> receipts(HostLink link) {
    byte[] answer = link.order(Orders.RECEIPTS, new byte[Long.BYTES], ControllingHub.TIMEOUT);
    int length = Receipt.BYTES + Ed25519.SIGNATURE_BYTES;
    return java.util.stream.IntStream.range(0, answer.length / length)
        .mapToObj(
            i -> Receipt.Signed.decode(Arrays.copyOfRange(answer, i * length, (i + 1) * length)))
        .toList();
  }

  private void assertPutRefused(String reason) {
    assertFails(
        () -> access(Permit.Action.PUT).put(DIGEST, ByteBuffer.wrap(BLOCK)),
        ErrorCode.HOST_PAUSED,
        reason);
  }

  private static void assertFails(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, ErrorCode code, String text) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(text);
  }
}
