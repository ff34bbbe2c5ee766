package cloud.zansoc.net.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Limits;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ShardId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.codec.format.Permit;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.block.BlockDialer.Relay;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers that lie, stall, flood, die or are slow. */
// What comes of a write or a close is what each test looks at.
@SuppressWarnings("FutureReturnValueIgnored")
final class BlockTransportTest {
  private static final long SEED = new Random().nextLong();
  private static final long PLENTY = 1L << 40;

  /** Quick to notice, except for the time of one request. */
  private static final BlockTimings HASTY =
      new BlockTimings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofMillis(500),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60));

  private final Cast cast = new Cast();
  private final MemoryBlockService service =
      new MemoryBlockService(cast.host, cast.hub.publicKey());
  private final PeerTransport hostTransport = new PeerTransport(cast.host);
  private final PeerTransport clientTransport = new PeerTransport(cast.client);
  private final BandwidthLimit bandwidth = BandwidthLimit.none();
  private final BlockServer server = new BlockServer(hostTransport, service, bandwidth);
  private final Relay noRelay = new Relay(cast.hub.id(), new HostAddress("127.0.0.1", 1));
  private final CountDownLatch released = new CountDownLatch(1);
  private InetSocketAddress address = new InetSocketAddress(0);
  private NettyBlockDialer dialer = new NettyBlockDialer(clientTransport);

  @BeforeEach
  void start() {
    address = server.listen(Cast.anyPort());
  }

  @AfterEach
  void stop() {
    released.countDown();
    dialer.close();
    Await.until("no byte is in flight", () -> server.bytesInFlight() == 0);
    server.close();
    clientTransport.close();
    hostTransport.close();
  }

  @Test
  void connect_anotherPeerAnswers_mismatchNamesBoth() {
    PeerId expected = cast.hub.id();
    assertThatThrownBy(() -> dialer.connect(expected, direct(), noRelay))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PEER_ID_MISMATCH))
        .hasMessageContaining("expected peer " + expected)
        .hasMessageContaining(cast.host.id() + " answered");
  }

  @Test
  void connect_nobodyListens_unreachableNamesTheAddress() {
    Optional<HostAddress> dead = Optional.of(new HostAddress("127.0.0.1", 1));
    assertThatThrownBy(() -> dialer.connect(cast.host.id(), dead, noRelay))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNREACHABLE))
        .hasMessageContaining("127.0.0.1:1");
  }

  @Test
  void connect_otherProtocol_unsupported() {
    RawPeer peer = dial(Protocols.CONTROL);
    assertThatThrownBy(peer.channel::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED));
  }

  @Test
  void server_garbageInsteadOfTls_hangsUpAndServesOthers() throws IOException {
    byte[] garbage = new byte[1000];
    new Random(SEED).nextBytes(garbage);
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.getOutputStream().write(garbage);
      InputStream in = socket.getInputStream();
      in.readAllBytes(); // An alert perhaps, then the end.
    }
    assertThat(access(Permit.Action.PUT).receipt().receipt().blocks()).isZero();
  }

  @Test
  void server_randomFrames_answersAnErrorAndHangsUp() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20; i++) {
      byte[] garbage = new byte[9 + random.nextInt(500)];
      random.nextBytes(garbage);
      garbage[0] |= (byte) 0x80; // No frame is so long.
      RawPeer peer = dial(Protocols.BLOCK);
      peer.send(garbage);
      Await.until("the server hangs up, seed " + SEED, peer::isClosed);
      assertThat(peer.received()[4]).as("seed %d", SEED).isEqualTo((byte) Frames.ERROR);
    }
  }

  @Test
  void server_oversizedBlock_refusedBeforeItIsRead() {
    RawPeer peer = dial(Protocols.BLOCK);
    peer.send(header(Frames.TARGET_BYTES + Limits.BLOCK_BYTES + 1, Frames.PUT, 1));
    Await.until("the server hangs up", peer::isClosed);
    assertThat(errorOf(peer.received())).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(server.bytesInFlight()).isZero();
  }

  @Test
  void server_blockBeforeAnyPermit_refusedBeforeItIsRead() {
    RawPeer peer = dial(Protocols.BLOCK);
    peer.send(header(Frames.TARGET_BYTES + Limits.BLOCK_BYTES, Frames.PUT, 1));
    Await.until("the server hangs up", peer::isClosed);
    assertThat(errorOf(peer.received())).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void server_clientHoldsAFrameBack_hangsUp() {
    BlockServer hasty = new BlockServer(hostTransport, service, bandwidth, HASTY);
    address = hasty.listen(Cast.anyPort());
    RawPeer peer = dial(Protocols.BLOCK);
    peer.send(header(Frames.PERMIT_BYTES, Frames.PERMIT, 1));
    Await.until("the server hangs up", peer::isClosed);
    Await.until("its memory is free", () -> hasty.bytesInFlight() == 0);
    hasty.close();
  }

  @Test
  void server_clientDoesNotRead_holdsABoundedNumberOfBytes() {
    ShardId shard = new ShardId(3, 4);
    Digest digest = store(shard, Limits.BLOCK_BYTES);
    RawPeer peer = dial(Protocols.BLOCK);
    peer.send(frame(Frames.PERMIT, 1, cast.permit(shard, Permit.Action.GET, PLENTY).encode()));
    Await.until("the permit is accepted", () -> peer.receivedBytes() == 13);
    peer.channel.join().config().setAutoRead(false);

    int gets = 200;
    ByteBuffer target = ByteBuffer.allocate(Frames.TARGET_BYTES).putInt(1);
    digest.write(target);
    for (int i = 0; i < gets; i++) {
      peer.send(frame(Frames.GET, 2 + i, target.array()));
      assertThat(server.bytesInFlight()).isLessThanOrEqualTo(BlockServer.CONNECTION_BYTES);
    }
    Await.until("the server is full", () -> server.bytesInFlight() == BlockServer.CONNECTION_BYTES);

    peer.channel.join().config().setAutoRead(true);
    int all = 13 + gets * (Frames.HEADER_BYTES + Limits.BLOCK_BYTES);
    Await.until("every answer came", () -> peer.receivedBytes() == all);
  }

  @Test
  void server_clientDiesWhileItsNextRequestWaits_memoryIsFreeAgain() {
    ShardId shard = new ShardId(9, 10);
    Digest digest = store(shard, Limits.BLOCK_BYTES);
    service.beforeGet = this::awaitRelease;
    RawPeer peer = dial(Protocols.BLOCK);
    peer.send(frame(Frames.PERMIT, 1, cast.permit(shard, Permit.Action.GET, PLENTY).encode()));
    Await.until("the permit is accepted", () -> peer.receivedBytes() == 13);
    ByteBuffer target = ByteBuffer.allocate(Frames.TARGET_BYTES).putInt(1);
    digest.write(target);
    for (int i = 0; i <= BlockServer.CONNECTION_BYTES / Limits.BLOCK_BYTES; i++) {
      peer.send(frame(Frames.GET, 2 + i, target.array(), i < 16 ? Frames.TARGET_BYTES : 1));
    }
    Await.until("the server is full", () -> server.bytesInFlight() == BlockServer.CONNECTION_BYTES);

    peer.channel.join().close().awaitUninterruptibly();
    Await.until("the server knows", () -> server.connections() == 0);
    released.countDown();

    Await.until("its memory is free", () -> server.bytesInFlight() == 0);
  }

  @Test
  void server_manyConnectionsOfOneClient_onlySomeAreServed() {
    List<RawPeer> peers = new ArrayList<>();
    for (int i = 0; i < BlockServer.MAX_CONNECTIONS_OF_CLIENT + 8; i++) {
      peers.add(dial(Protocols.BLOCK));
    }
    peers.forEach(peer -> peer.channel.join());

    Await.until("the rest is refused", () -> peers.stream().filter(RawPeer::isClosed).count() == 8);
    assertThat(server.connections()).isEqualTo(BlockServer.MAX_CONNECTIONS_OF_CLIENT);
    peers.forEach(peer -> peer.channel.join().close().awaitUninterruptibly());
    Await.until("they left", () -> server.connections() == 0);
    assertThat(access(Permit.Action.PUT).receipt().receipt().blocks()).isZero();
  }

  @Test
  void server_moreBlocksUnderWayThanFit_servesThemInTurn() throws Exception {
    ShardId shard = new ShardId(7, 8);
    Digest digest = store(shard, Limits.BLOCK_BYTES);
    BlockAccess get = open(cast.permit(shard, Permit.Action.GET, PLENTY));
    service.beforeGet = this::awaitRelease;
    List<CompletableFuture<Integer>> gets = new ArrayList<>();
    for (int i = 0; i < 3 * BlockClientConnection.MAX_REQUESTS; i++) {
      gets.add(async(() -> get.get(digest, ByteBuffer.allocate(Limits.BLOCK_BYTES))));
    }
    Await.until(
        "the connection is full", () -> server.bytesInFlight() == BlockServer.CONNECTION_BYTES);

    released.countDown();

    for (CompletableFuture<Integer> one : gets) {
      assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo(Limits.BLOCK_BYTES);
    }
  }

  @Test
  void get_hostStalls_timesOut() {
    ShardId shard = new ShardId(1, 1);
    Digest digest = store(shard, 10);
    hasty();
    BlockAccess get = open(cast.permit(shard, Permit.Action.GET, PLENTY));
    service.beforeGet = this::awaitRelease;

    assertThatThrownBy(() -> get.get(digest, ByteBuffer.allocate(10)))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT))
        .hasMessageContaining("stalled");
  }

  @Test
  void get_hostDiesInsideAFrame_unreachableAndTheBufferStays() {
    FakeHost host = new FakeHost();
    BlockAccess get = host.open();
    ByteBuffer into = ByteBuffer.allocate(1000);
    CompletableFuture<Integer> answer = async(() -> get.get(Digest.sha256(new byte[1]), into));
    host.awaitRequest();
    byte[] half = new byte[500];
    host.peer.send(frame(Frames.GET | Frames.ANSWER, 2, new byte[1000], half.length));
    host.peer.channel.join().close();

    fails(ErrorCode.UNREACHABLE, answer);
    assertThat(into.position()).isZero();
    host.close();
  }

  @Test
  void get_hostSendsMoreThanABlock_protocolBroken() {
    FakeHost host = new FakeHost();
    BlockAccess get = host.open();
    CompletableFuture<Integer> answer =
        async(() -> get.get(Digest.sha256(new byte[1]), ByteBuffer.allocate(1000)));
    host.awaitRequest();
    host.peer.send(header(Limits.BLOCK_BYTES + 1, Frames.GET | Frames.ANSWER, 2));

    fails(ErrorCode.UNREACHABLE, answer);
    host.close();
  }

  @Test
  void get_hostSendsMoreThanWasAsked_damaged() {
    FakeHost host = new FakeHost();
    BlockAccess get = host.open();
    ByteBuffer into = ByteBuffer.allocate(10);
    CompletableFuture<Integer> answer = async(() -> get.get(Digest.sha256(new byte[1]), into));
    host.awaitRequest();
    host.peer.send(frame(Frames.GET | Frames.ANSWER, 2, new byte[11]));

    fails(ErrorCode.DAMAGED, answer);
    assertThat(into.position()).isZero();
    host.close();
  }

  @Test
  void get_interrupted_leavesTheBufferAndTheConnectionUsable() throws Exception {
    ShardId shard = new ShardId(2, 2);
    Digest digest = store(shard, 1000);
    BlockConnection connection = dialer.connect(cast.host.id(), direct(), noRelay);
    BlockAccess get = connection.open(cast.permit(shard, Permit.Action.GET, PLENTY));
    CountDownLatch asked = new CountDownLatch(1);
    service.beforeGet =
        () -> {
          asked.countDown();
          awaitRelease();
        };
    ByteBuffer into = ByteBuffer.allocate(1000);
    CompletableFuture<ErrorCode> outcome = new CompletableFuture<>();
    Thread asking =
        Thread.ofVirtual()
            .start(() -> {
              try {
                get.get(digest, into);
              } catch (ZansocException e) {
                outcome.complete(e.code());
              }
            });
    asked.await();
    asking.interrupt();
    assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(ErrorCode.UNREACHABLE);

    released.countDown();

    // Answers come in the order of working, so the one given up has passed by when these have.
    assertThat(get.get(digest, ByteBuffer.allocate(1000))).isEqualTo(1000);
    Await.until("the server is done", () -> server.bytesInFlight() == 0);
    assertThat(into.array()).containsOnly(0);
    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void connect_twice_givesTheSameUntilItEnds() {
    BlockConnection first = dialer.connect(cast.host.id(), direct(), noRelay);
    assertThat(dialer.connect(cast.host.id(), direct(), noRelay)).isSameAs(first);
    first.close();
    assertThat(dialer.connect(cast.host.id(), direct(), noRelay)).isNotSameAs(first);
  }

  @Test
  void put_permitForgottenByTheServer_isShownAgain() {
    BlockConnection connection = dialer.connect(cast.host.id(), direct(), noRelay);
    BlockAccess first = connection.open(cast.permit(Permit.Action.PUT, PLENTY));
    for (int i = 0; i < BlockServerConnection.MAX_OPEN_PERMITS; i++) {
      connection.open(cast.permit(Permit.Action.PUT, PLENTY));
    }
    int shown = service.opened.get();

    first.put(Digest.sha256(new byte[5]), ByteBuffer.wrap(new byte[5]));

    assertThat(service.opened.get()).isEqualTo(shown + 1);
  }

  @Test
  void bandwidth_upLimited_holdsBlocksBackUntilItIsLifted() throws Exception {
    ShardId shard = new ShardId(9, 9);
    Digest digest = store(shard, Limits.BLOCK_BYTES);
    BlockAccess get = open(cast.permit(shard, Permit.Action.GET, PLENTY));
    bandwidth.setUp(Optional.of(new ByteSize(1)));
    get.get(digest, ByteBuffer.allocate(Limits.BLOCK_BYTES)); // Leaves a debt of three days.

    CompletableFuture<Integer> held =
        async(() -> get.get(digest, ByteBuffer.allocate(Limits.BLOCK_BYTES)));
    Await.until("it is under way", () -> server.bytesInFlight() == Limits.BLOCK_BYTES);
    assertThat(held).isNotDone();
    bandwidth.setUp(Optional.empty());

    assertThat(held.get(20, TimeUnit.SECONDS)).isEqualTo(Limits.BLOCK_BYTES);
  }

  @Test
  void bandwidth_downLimited_readsNothingUntilItIsLifted() throws Exception {
    BlockAccess put = access(Permit.Action.PUT);
    bandwidth.setDown(Optional.of(new ByteSize(1)));
    long before = server.traffic().bytesIn();
    byte[] block = new byte[Limits.BLOCK_BYTES];

    CompletableFuture<Integer> held =
        async(() -> {
          put.put(Digest.sha256(block), ByteBuffer.wrap(block));
          return put.receipt().receipt().blocks();
        });
    Await.until("some came", () -> server.traffic().bytesIn() > before || held.isDone());
    assertThat(held).isNotDone();
    bandwidth.setDown(Optional.empty());

    assertThat(held.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(server.traffic().bytesIn()).isGreaterThan(Limits.BLOCK_BYTES);
  }

  /** A host that proves itself and accepts one permit, and then does as it is told. */
  private final class FakeHost {
    final RawPeer peer = new RawPeer(Optional.empty());
    private final io.netty.channel.Channel listening =
        hostTransport.listen(
            Cast.anyPort(),
            channel ->
                hostTransport.addServerTls(
                    channel, List.of(Protocols.BLOCK), BlockTimings.STANDARD, peer));

    BlockAccess open() {
      address = (InetSocketAddress) listening.localAddress();
      CompletableFuture<BlockAccess> access =
          async(() -> BlockTransportTest.this.open(cast.permit(Permit.Action.GET, PLENTY)));
      peer.channel.join();
      int permit = Frames.HEADER_BYTES + Frames.PERMIT_BYTES;
      Await.until("the permit came", () -> peer.receivedBytes() == permit);
      peer.send(frame(Frames.PERMIT | Frames.ANSWER, 1, new byte[] {0, 0, 0, 1}));
      return access.join();
    }

    void awaitRequest() {
      int both = 2 * Frames.HEADER_BYTES + Frames.PERMIT_BYTES + Frames.TARGET_BYTES;
      Await.until("the request came", () -> peer.receivedBytes() == both);
    }

    void close() {
      listening.close().awaitUninterruptibly();
    }
  }

  private Optional<HostAddress> direct() {
    return Optional.of(Cast.address(address));
  }

  private void hasty() {
    dialer.close();
    dialer = new NettyBlockDialer(clientTransport, HASTY);
  }

  private BlockAccess open(Permit.Signed permit) {
    return dialer.connect(cast.host.id(), direct(), noRelay).open(permit);
  }

  private BlockAccess access(Permit.Action action) {
    return open(cast.permit(action, PLENTY));
  }

  private Digest store(ShardId shard, int size) {
    byte[] block = new byte[size];
    new Random(SEED).nextBytes(block);
    Digest digest = Digest.sha256(block);
    service
        .open(cast.client.id(), cast.permit(shard, Permit.Action.PUT, PLENTY))
        .put(digest, ByteBuffer.wrap(block));
    return digest;
  }

  private RawPeer dial(String protocol) {
    RawPeer peer = new RawPeer(Optional.of(cast.host.id()));
    clientTransport.connect(address, protocol, BlockTimings.STANDARD, peer);
    return peer;
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] header(int length, int type, int request) {
    return ByteBuffer.allocate(Frames.HEADER_BYTES)
        .putInt(length)
        .put((byte) type)
        .putInt(request)
        .array();
  }

  private static byte[] frame(int type, int request, byte[] body) {
    return frame(type, request, body, body.length);
  }

  /** A frame of which only {@code sent} bytes of the body are there. */
  private static byte[] frame(int type, int request, byte[] body, int sent) {
    return ByteBuffer.allocate(Frames.HEADER_BYTES + sent)
        .put(header(body.length, type, request))
        .put(body, 0, sent)
        .array();
  }

  private static ErrorCode errorOf(byte[] frame) {
    return ErrorCode.ofNumber(ByteBuffer.wrap(frame).getShort(Frames.HEADER_BYTES));
  }

  private static <T> CompletableFuture<T> async(java.util.function.Supplier<T> action) {
    return CompletableFuture.supplyAsync(action, task -> Thread.ofVirtual().start(task));
  }

  private static void fails(ErrorCode code, CompletableFuture<?> outcome) {
    ThrowingCallable wait = () -> outcome.get(20, TimeUnit.SECONDS);
    assertThatThrownBy(wait)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }
}
